// Saying who is who by keyboard. Every act is a form of the page and works without this; here keys press its buttons.
"use strict";

(() => {
  const press = (key) => document.querySelector(`[data-key="${key}"]`)?.click();
  const open = (key) => {
    const form = document.querySelector(`details[data-open="${key}"]`);
    if (!form) { return; }
    document.querySelectorAll("details.act[open]").forEach((one) => { if (one !== form) { one.open = false; } });
    form.open = true;
    form.scrollIntoView({ block: "nearest" });
    form.querySelector("[data-digit]").focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    if (event.key === "Escape") { document.querySelectorAll("details.act[open]").forEach((one) => { one.open = false; }); return; }
    if (event.target.closest("input, select, textarea")) { return; }
    const quick = /^[1-9]$/.test(event.key) && document.querySelector(`details.act[open] [data-digit="${event.key}"]`);
    if (quick) { event.preventDefault(); quick.click(); return; }
    if ("sd".includes(event.key)) { event.preventDefault(); open(event.key); return; }
    if ("lmujk".includes(event.key)) { event.preventDefault(); press(event.key); }
  });
})();
