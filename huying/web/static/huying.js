// What every page needs beyond htmx: nothing typed is lost, and errors are brought into view.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const problems = document.querySelector(".problems");
  if (problems) { problems.setAttribute("tabindex", "-1"); problems.focus(); }

  // A form is sent once: a second press of the button waits for the first answer.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
});

// A form that comes back with what is wrong (422) is shown; other failures leave the page as it is.
if (window.htmx) {
  window.htmx.config.responseHandling = [
    { code: "204", swap: false }, { code: "[23]..", swap: true }, { code: "422", swap: true }, { code: "[45]..", swap: false, error: true },
  ];
}

// The menu is found in by typing: g goes to it, / to the search of records; Enter opens the first that fits.
document.addEventListener("DOMContentLoaded", () => {
  const box = document.getElementById("jump");
  if (!box) { return; }
  const side = box.closest(".side"), none = box.parentElement.querySelector(".nothing");
  const links = [...side.querySelectorAll("a")], folds = [...side.querySelectorAll("details")];
  let stood = null;
  box.parentElement.hidden = false;
  const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);
  const look = () => {
    const wanted = words(box.value);
    if (wanted.length && !stood) { stood = folds.map((one) => one.open); }
    links.forEach((link) => {
      const area = link.closest("details")?.querySelector("summary").textContent || "";
      const said = `${link.textContent} ${area} ${link.getAttribute("href")}`.toLowerCase();
      link.parentElement.hidden = !wanted.every((word) => said.includes(word));
    });
    folds.forEach((one, n) => {
      const shown = [...one.querySelectorAll("li")].some((li) => !li.hidden);
      one.hidden = !shown;
      if (wanted.length) { one.open = shown; } else if (stood) { one.open = stood[n]; }
    });
    if (!wanted.length) { stood = null; }
    none.hidden = links.some((link) => !link.parentElement.hidden);
  };
  box.addEventListener("input", look);
  box.addEventListener("keydown", (event) => {
    const shown = links.filter((link) => !link.parentElement.hidden);
    if (event.key === "Enter" && box.value.trim() && shown.length) { event.preventDefault(); location.href = shown[0].href; }
    if (event.key === "ArrowDown" && shown.length) { event.preventDefault(); shown[0].focus(); }
    if (event.key === "Escape") { box.value = ""; look(); box.blur(); }
  });
  side.addEventListener("keydown", (event) => {
    const shown = links.filter((link) => link.offsetParent), at = shown.indexOf(document.activeElement);
    if (at < 0 || !["ArrowDown", "ArrowUp"].includes(event.key)) { return; }
    event.preventDefault();
    (shown[at + (event.key === "ArrowDown" ? 1 : -1)] || box).focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) { return; }
    if (event.target.closest("input, select, textarea, dialog, [contenteditable]")) { return; }
    const find = document.querySelector(".top .find input");
    const to = { g: box, "/": find }[event.key];
    if (to) { event.preventDefault(); to.focus(); to.select(); }
  });
});
