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
