// A file may be dropped onto the form; the form also works without.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("hand-in");
  if (!form) { return; }
  const field = form.querySelector("input[type=file]");
  document.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) { form.classList.remove("over"); } });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (event.dataTransfer.files.length) { field.files = event.dataTransfer.files; form.requestSubmit(); }
  });
});
