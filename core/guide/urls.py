from django.urls import path

from core.guide import views

app_name = "guide"
urlpatterns = [
    path("", views.contents, name="contents"),
    path("reference/<slug:slug>/", views.reference_page, name="reference"),
    path("<slug:slug>/", views.chapter, name="chapter"),
]
