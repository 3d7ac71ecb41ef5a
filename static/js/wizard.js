// What makes a wizard's page quicker to fill in: a file that is dropped anywhere near its field, addresses as chips.
// Every page works without this file: the fields are the real thing, and the server checks everything again.

const OTHER_KINDS = /\.(xlsx?|xlsm|ods|docx?|pdf|png|jpe?g|gif|zip|gz|7z|rar)$/i;

function faultIn(zone, file, most) {
  if (OTHER_KINDS.test(file.name)) return zone.dataset.notCsv;
  return file.size > most ? zone.dataset.tooLarge : "";
}

// What the page says about the file before does not hold for the new one.
function hideOld(file) {
  for (const told of document.querySelectorAll(".error-summary, [data-of-file]")) told.hidden = Boolean(file);
}

// A file that can not be right is told at once and not sent.
function check(zone, field) {
  const file = field.files[0];
  hideOld(file);
  const fault = file ? faultIn(zone, file, Number(field.dataset.most)) : "";
  field.setCustomValidity(fault);
  zone.querySelector(".dropped").textContent = fault;
  zone.classList.toggle("wrong", Boolean(fault));
}

function take(zone, field, files) {
  if (files.length !== 1) {
    zone.querySelector(".dropped").textContent = zone.dataset.several;
    return;
  }
  field.files = files;
  check(zone, field);
}

for (const zone of document.querySelectorAll("[data-drop-zone]")) {
  const field = zone.querySelector("input[type=file]");
  field.addEventListener("change", () => check(zone, field));
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    take(zone, field, event.dataTransfer.files);
  });
}

// A file that misses the field must not take the place of the page.
for (const name of ["dragover", "drop"]) {
  window.addEventListener(name, (event) => {
    if (!event.defaultPrevented && event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
}

// Each address as a chip with a button that takes it out. The text field holds only what is being written, and what is
// no address; a hidden field of its name sends all of it.
const ADDRESS = /^[^\s@]+@[^\s@]+$/;

function useChips(field) {
  const list = document.createElement("ul");
  const sent = document.createElement("input");
  let addresses = [];

  function send() {
    sent.value = [...addresses, field.value].join("\n");
  }
  function draw() {
    list.replaceChildren(...addresses.map((address) => chip(address, field.dataset.chips, () => remove(address))));
    list.hidden = addresses.length === 0;
    send();
  }
  function remove(address) {
    addresses = addresses.filter((other) => other !== address);
    draw();
    (list.querySelector("button") ?? field).focus();
  }
  function take() {
    const written = field.value.split(/[\s,;]+/).filter(Boolean);
    addresses = [...new Set([...addresses, ...written.filter((word) => ADDRESS.test(word))])];
    field.value = written.filter((word) => !ADDRESS.test(word)).join("\n");
    draw();
  }

  list.className = "chips";
  sent.type = "hidden";
  sent.name = field.name;
  field.removeAttribute("name");
  field.before(list, sent);
  field.addEventListener("change", take);
  field.addEventListener("input", () => (/[\s,;]$/.test(field.value) ? take() : send()));
  field.value = field.defaultValue;
  take();
}

function chip(address, label, remove) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "✕";
  button.setAttribute("aria-label", `${label} ${address}`);
  button.addEventListener("click", remove);
  item.append(address, button);
  return item;
}

for (const field of document.querySelectorAll("textarea[data-chips]")) useChips(field);
