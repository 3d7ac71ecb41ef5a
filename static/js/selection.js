// Rows of a grid are selected, and their details opened, with mouse and keyboard; see templates/includes/selection.html.
// Without this file their checkboxes and links work all the same.

const ROWS = ".grid tbody tr:has(.row-link)";
const CONTROLS = "a, button, input, select, label, summary, [popover]";

const rows = () => [...document.querySelectorAll(ROWS)];
const boxOf = (row) => row?.querySelector("input[name=selected]");
const boxes = () => [...document.querySelectorAll("input[name=selected]")];
const everything = () => document.getElementById("everything");

let anchor = null; // the id of the checkbox that a range begins at
let chosen = { ids: [], everything: false, filter: "" }; // kept over a live update

function tick(box, on) {
  box.checked = on;
  if (!on && everything()) everything().checked = false;
}

function tickOne(box) {
  tick(box, !box.checked);
  anchor = box.id;
}

// From where the last one was ticked up to here, and nothing else.
function tickRange(box) {
  const all = boxes();
  const ends = [all.findIndex(({ id }) => id === anchor), all.indexOf(box)];
  if (ends[0] < 0) ends[0] = ends[1];
  all.forEach((other, place) => tick(other, place >= Math.min(...ends) && place <= Math.max(...ends)));
  anchor = all[ends[0]].id;
}

function tickAll(on) {
  for (const box of boxes()) tick(box, on);
}

// Say how many are selected, offer the other pages once this one is, and keep one row in the order of the Tab key.
function show() {
  const all = boxes();
  const number = all.filter((box) => box.checked).length;
  const more = everything();
  const whole = document.getElementById("select-page");
  if (whole) {
    whole.checked = number > 0 && number === all.length;
    whole.indeterminate = number > 0 && number < all.length;
  }
  const count = document.getElementById("selection-count");
  if (count) count.textContent = more?.checked ? more.dataset.total : number;
  const offer = document.getElementById("select-everything");
  if (offer) {
    offer.hidden = !more || !whole?.checked;
    offer.textContent = more?.parentElement.textContent.trim() ?? "";
    offer.setAttribute("aria-pressed", String(Boolean(more?.checked)));
  }
  keepOneStop();
}

function keepOneStop() {
  const all = rows();
  const current = all.find((row) => row.contains(document.activeElement)) ?? all.find((row) => row.matches(".selected")) ?? all[0];
  for (const row of all) {
    for (const stop of row.querySelectorAll("input[name=selected], .row-link")) stop.tabIndex = row === current ? 0 : -1;
  }
}

const buttons = {
  "clear-selection"() {
    tickAll(false);
    document.getElementById("select-page").focus();
  },
  "select-everything"() {
    everything().checked = !everything().checked;
  },
  "select-page"(whole) {
    tickAll(whole.checked);
  },
};

document.addEventListener("click", (event) => {
  const row = event.target.closest(ROWS);
  const box = boxOf(row);
  if (event.target === box) {
    if (event.shiftKey) tickRange(box);
    else tick(box, box.checked);
    if (!event.shiftKey) anchor = box.id;
  } else if (event.target.closest("[id]")?.id in buttons) {
    const button = event.target.closest("[id]");
    buttons[button.id](button);
  } else if (!row || event.target.closest(CONTROLS) || !document.getSelection().isCollapsed) {
    return;
  } else if (box && event.shiftKey) {
    tickRange(box);
  } else if (box && (event.ctrlKey || event.metaKey || event.target.closest(".select"))) {
    tickOne(box);
  } else {
    row.querySelector(".row-link").click();
  }
  show();
});

// A range of rows is meant, not the text in them.
document.addEventListener("mousedown", (event) => {
  if (event.shiftKey && boxOf(event.target.closest(ROWS))) event.preventDefault();
});

const moves = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

function moveFocus(event) {
  const all = rows();
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const row = all[Math.max(0, Math.min(all.length - 1, here + moves[event.key]))];
  const box = boxOf(row);
  (document.activeElement.name === "selected" ? box : row.querySelector(".row-link")).focus();
  if (event.shiftKey && box) {
    anchor ??= boxOf(all[here])?.id;
    tickRange(box);
  }
  show();
}

// The checkbox, the name and the status of a row stand beside each other.
function moveInRow(event) {
  const stops = [...event.target.closest(ROWS).querySelectorAll("input[name=selected], .row-link, button")];
  const next = stops.indexOf(event.target) + (event.key === "ArrowRight" ? 1 : -1);
  stops[next]?.focus();
}

function pressed(event) {
  const row = event.target.closest(ROWS);
  const box = boxOf(row);
  if (event.key in moves) return moveFocus;
  if (event.key === "a" && (event.ctrlKey || event.metaKey) && boxes().length) return () => (tickAll(true), show());
  if (!row) return null;
  if (event.key === "ArrowRight" || event.key === "ArrowLeft") return moveInRow;
  if (event.key === " " && box && event.target.matches(".row-link")) return () => (tickOne(box), show());
  if (event.key === "Enter" && event.target === box) return () => row.querySelector(".row-link").click();
  return null;
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || !event.target.closest?.(".grid-scroll:has(.row-link)")) return;
  const act = pressed(event);
  if (!act) return;
  event.preventDefault();
  act(event);
});

document.addEventListener("focusin", (event) => {
  if (event.target.closest(ROWS)) keepOneStop();
});

// A live update brings new rows: those that were selected still are, unless another filter asks for others.
const filter = () => document.querySelector("input[name=filter][form=selection]")?.value;

document.addEventListener("htmx:beforeSwap", () => {
  const ids = boxes().flatMap((box) => (box.checked ? [box.id] : []));
  chosen = { ids, everything: everything()?.checked, filter: filter() };
});

document.addEventListener("htmx:afterSwap", () => {
  for (const id of chosen.ids) {
    const box = document.getElementById(id);
    if (box) box.checked = true;
  }
  if (chosen.everything && everything() && chosen.filter === filter()) {
    everything().checked = true;
    for (const box of boxes()) box.checked = true;
  }
  show();
});

document.addEventListener("DOMContentLoaded", show);
