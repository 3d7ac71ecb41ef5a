// The lines of a report as they come. Who reads at the end stays there; who has scrolled up stays where they are.

let follows = null;

const logOf = (event) => event.detail.target.closest?.(".log");

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const log = logOf(event);
  follows = log && log.scrollHeight - log.scrollTop - log.clientHeight < 8 ? log : null;
});

document.addEventListener("htmx:afterSwap", () => {
  if (follows) follows.scrollTop = follows.scrollHeight;
  follows = null;
});

// Opened for the first time, it begins with what is newest. The same lines are opened anew with every update of the page.
document.addEventListener(
  "toggle",
  (event) => {
    const log = event.target.open && event.target.querySelector?.("#log-lines:not([data-seen])");
    if (!log) return;
    log.dataset.seen = "";
    log.scrollTop = log.scrollHeight;
  },
  true,
);
