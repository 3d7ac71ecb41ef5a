from django.db import migrations, models

FIELD = models.CharField(default="{user}*{admin}", max_length=200, verbose_name="sign-in name")


class Migration(migrations.Migration):
    dependencies = [("endpoints", "0001_initial")]

    operations = [
        migrations.AlterField("endpointdraft", "user_template", FIELD),
        migrations.AlterField("migrationendpoint", "user_template", FIELD.clone()),
    ]
