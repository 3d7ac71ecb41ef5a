// Who comes back to a list finds it as it was left: filter, page, sorting and the place that was scrolled to. What a list shows
// is in its address, so that the browser's Back needs none of this; the links back know only the list.

const LISTS = ".breadcrumb a[href], a[data-list]";
const keyOf = (path) => `list:${path}`;

function remember() {
  if (!document.querySelector("#filter")) return;
  const above = document.querySelector("#flyout-close")?.pathname ?? location.pathname;
  sessionStorage.setItem(keyOf(above), JSON.stringify({ search: location.search, top: window.scrollY }));
}

function recall(path) {
  return JSON.parse(sessionStorage.getItem(keyOf(path)) ?? "null");
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(LISTS);
  const left = link && !link.search && link.pathname !== location.pathname && recall(link.pathname);
  if (!left) return;
  link.search = left.search;
  sessionStorage.setItem("list:back", link.pathname);
}, { capture: true });

window.addEventListener("pagehide", remember);

document.addEventListener("DOMContentLoaded", () => {
  const back = sessionStorage.getItem("list:back");
  sessionStorage.removeItem("list:back");
  if (back === location.pathname) window.scrollTo({ top: recall(back)?.top ?? 0 });
});
