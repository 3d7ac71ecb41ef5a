// What HTML can not do by itself: dialogs, dismissing, the folded navigation, and care around live updates.
// Every page works without this file.

const actions = {
  "toggle-navigation"(button) {
    const folded = document.documentElement.dataset.nav !== "collapsed";
    document.documentElement.dataset.nav = folded ? "collapsed" : "open";
    button.setAttribute("aria-expanded", String(!folded));
    document.cookie = `nav=${folded ? "collapsed" : "open"}; path=/; max-age=31536000; samesite=lax`;
  },
  dismiss(button) {
    button.closest(".notice").remove();
  },
  "close-dialog"(button, event) {
    const dialog = button.closest("dialog:modal");
    if (dialog) {
      event.preventDefault();
      dialog.close();
    }
  },
};

document.addEventListener("click", (event) => {
  const control = event.target.closest("[data-action]");
  if (control) actions[control.dataset.action](control, event);
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (!document.querySelector("dialog:modal")) {
    document.querySelector(".flyout .close")?.click();
  }
});

document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("[data-focus]")?.focus();
  for (const toast of document.querySelectorAll("[data-fades]")) setTimeout(() => toast.remove(), 8000);
});

// Live updates ---------------------------------------------------------------------------------------------------

const polls = (element) => element.getAttribute("hx-trigger")?.startsWith("every");

// Nobody looks, or somebody is marking text that the update would take away: skip this turn.
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, target } = event.detail;
  if (!polls(elt)) return;
  const selection = document.getSelection();
  const marking = !selection.isCollapsed && target.contains(selection.anchorNode);
  if (document.hidden || marking) event.preventDefault();
});

// Expanders that somebody opened stay open, and panes stay where they were scrolled to.
let kept = { open: [], scroll: 0 };

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  kept = {
    open: [...target.querySelectorAll("details[id][open]")].map((details) => details.id),
    scroll: polls(event.detail.elt) ? (document.querySelector(".flyout")?.scrollTop ?? 0) : 0,
  };
});

document.addEventListener("htmx:afterSwap", (event) => {
  for (const id of kept.open) document.getElementById(id)?.setAttribute("open", "");
  const flyout = document.querySelector(".flyout");
  if (flyout && kept.scroll) flyout.scrollTop = kept.scroll;
  if (event.detail.target.id === "dialog") openDialog(event.detail.target);
  if (event.detail.target.id === "flyout") flyout?.focus();
});

function openDialog(place) {
  const asker = document.activeElement;
  const dialog = place.querySelector("dialog");
  dialog.removeAttribute("open");
  dialog.showModal();
  dialog.addEventListener("close", () => {
    dialog.remove();
    asker?.focus();
  });
}

// An update that fails is said once and tried again; a click that fails becomes an ordinary visit, which explains itself.
const offline = (is) => document.getElementById("offline")?.toggleAttribute("hidden", !is);

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful, requestConfig } = event.detail;
  if (polls(elt)) offline(!successful);
  else if (!successful && requestConfig.verb === "get") window.location = requestConfig.path;
});
