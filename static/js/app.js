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
  // Where the browser lets nobody write to the clipboard, as without TLS, the text is marked: then Ctrl+C takes it.
  async copy(button) {
    const text = document.getElementById(button.dataset.of) ?? button.parentElement.querySelector("code");
    document.getSelection().selectAllChildren(text);
    await navigator.clipboard?.writeText(text.innerText);
    if (navigator.clipboard) button.nextElementSibling.textContent = button.dataset.said;
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
  } else if (!document.querySelector("dialog:modal, :popover-open")) {
    document.querySelector(".flyout .close")?.click();
  }
});

document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("[data-focus]")?.focus();
  for (const toast of document.querySelectorAll("[data-fades]")) fade(toast);
});

// Not under somebody's eyes: a pointer or the focus on a message keeps it.
function fade(toast) {
  setTimeout(() => (toast.matches(":hover, :focus-within") ? fade(toast) : toast.remove()), 8000);
}

// Where there is room the navigation is simply there: then it is no menu any more that covers the page.
window.matchMedia("(min-width: 50.01rem)").addEventListener("change", () => {
  document.querySelector(".nav:popover-open")?.hidePopover();
});

// The server finds what is wrong and says so at the field. Only what no browser sends, as half a time, it never sees.
document.addEventListener("submit", (event) => {
  const unreadable = [...event.target.elements].find((field) => field.validity?.badInput);
  if (!unreadable) return;
  event.preventDefault();
  unreadable.reportValidity();
});

// A button pressed twice does its work once. Another button of the same form still counts, and so does a late second try.
const PATIENCE = 20_000; // milliseconds; the longest that an answer takes
const sent = new WeakMap();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (sent.get(form) === event.submitter) event.preventDefault();
  sent.set(form, event.submitter);
  setTimeout(() => sent.delete(form), PATIENCE);
});

window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

// Live updates ---------------------------------------------------------------------------------------------------

const polls = (element) => element.getAttribute("hx-trigger")?.startsWith("every");

// Nobody looks, or somebody is marking text or reads an explanation that the update would take away: skip this turn.
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, target } = event.detail;
  if (!polls(elt)) return;
  const selection = document.getSelection();
  const marking = !selection.isCollapsed && target.contains(selection.anchorNode);
  if (document.hidden || marking || document.querySelector(".help-words:popover-open")) event.preventDefault();
});

// An answer that comes late takes away neither what somebody has typed meanwhile nor the field that is being typed in.
const asked = new Map();
const TYPED = "input:not([type=checkbox]), textarea";
const isTypedIn = (target) => document.activeElement.matches(TYPED) && target.contains(document.activeElement);

document.addEventListener("htmx:beforeRequest", (event) => asked.set(event.detail.target, event.detail.elt));
document.addEventListener("htmx:afterRequest", (event) => asked.delete(event.detail.target));
document.addEventListener("input", (event) => {
  if (!event.target.matches(TYPED)) return;
  for (const [target, asker] of asked) if (target.contains(event.target)) htmx.trigger(asker, "htmx:abort");
});

// Expanders and menus stay as somebody left them, and what scrolls stays where it was, unless somebody asked for other rows.
const SCROLLS = ".flyout, .grid-scroll, .log";
let kept = { expanders: [], menus: [], scrolls: [] };

document.addEventListener("htmx:beforeSwap", (event) => {
  if (isTypedIn(event.detail.target)) event.detail.shouldSwap = false;
  kept = {
    expanders: [...document.querySelectorAll("details[id]")].map(({ id, open }) => [id, open]),
    menus: [...document.querySelectorAll("[id]:popover-open")].map(({ id }) => id),
    scrolls: polls(event.detail.requestConfig.elt)
      ? [...document.querySelectorAll(SCROLLS)].map(({ scrollTop, scrollLeft }) => [scrollTop, scrollLeft])
      : [],
  };
});

document.addEventListener("htmx:afterSwap", (event) => {
  for (const [id, open] of kept.expanders) document.getElementById(id)?.toggleAttribute("open", open);
  for (const id of kept.menus) {
    const menu = document.getElementById(id);
    if (menu && !menu.matches(":popover-open")) menu.showPopover({ source: document.querySelector(`[popovertarget="${id}"]`) });
  }
  document.querySelectorAll(SCROLLS).forEach((pane, place) => {
    [pane.scrollTop, pane.scrollLeft] = kept.scrolls[place] ?? [pane.scrollTop, pane.scrollLeft];
  });
  if (event.detail.target.id === "dialog") openDialog(event.detail.target);
});

// Who opens the details is led into them, and back to the row on closing.
document.addEventListener("htmx:afterSettle", (event) => {
  const asker = event.detail.requestConfig?.elt;
  if (asker?.matches(".row-link")) document.querySelector(".flyout")?.focus();
  if (asker?.dataset.focusAfter) document.getElementById(asker.dataset.focusAfter)?.focus();
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

function failed(event) {
  const { elt, requestConfig } = event.detail;
  if (polls(elt)) offline(true);
  else if (requestConfig.verb === "get") window.location = requestConfig.path;
}

document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:responseError", failed);
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.successful) offline(false);
});
