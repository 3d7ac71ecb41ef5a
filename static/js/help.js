// Explanations open for who points at or tabs to what they explain. Without this file a press opens them.

const EXPLAINED = "button.help, button.badge";
const PATIENCE_OF_A_POINTER = 150; // milliseconds between an element and its explanation, or only passing by

let waiting = 0;

const wordsOf = (button) => document.getElementById(button.getAttribute("popovertarget"));
const soon = (act) => {
  clearTimeout(waiting);
  waiting = setTimeout(act, PATIENCE_OF_A_POINTER);
};

function open(button) {
  if (button.isConnected && !wordsOf(button)?.matches(":popover-open")) wordsOf(button)?.showPopover({ source: button });
}

function close() {
  document.querySelector(".help-words:popover-open")?.hidePopover();
}

// What the keyboard opened stays, wherever the pointer happens to lie.
const isAskedByKeyboard = () => document.activeElement?.matches(EXPLAINED) && document.activeElement.matches(":focus-visible");

document.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse") return;
  const button = event.target.closest(EXPLAINED);
  if (button) soon(() => open(button));
  else if (event.target.closest(".help-words")) clearTimeout(waiting);
  else soon(() => isAskedByKeyboard() || close());
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches(EXPLAINED) && event.target.matches(":focus-visible")) open(event.target);
  else if (!event.target.closest(".help-words")) close();
});
