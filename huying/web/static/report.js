// Shows a category's own questions only when that category is chosen; without script all are shown and may stay empty.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const category = document.querySelector("select[name=category]");
  if (!category) { return; }
  const settle = () => document.querySelectorAll("[data-only]").forEach((field) => {
    field.hidden = !field.dataset.only.split(" ").includes(category.value);
  });
  category.addEventListener("change", settle);
  settle();
});
