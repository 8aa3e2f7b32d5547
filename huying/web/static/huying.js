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
