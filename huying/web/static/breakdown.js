// Breaking a document down by keyboard. Every act is a button of the page's form and works without this; here keys press
// them, and the place where the person was is kept when the page comes back.
"use strict";

(() => {
  const bench = () => document.getElementById("bench");
  const help = () => document.getElementById("help");
  const rows = (side) => [...bench().querySelectorAll(`.side-${side} [data-row]`)];
  let side = "left", at = "", place = 0, scrolled = {};

  const here = () => bench().querySelector("[data-row].here");

  const show = (row, scroll = true) => {
    bench().querySelectorAll(".here").forEach((one) => { one.classList.remove("here"); });
    if (!row) { at = ""; return; }
    row.classList.add("here");
    at = row.dataset.row;
    side = row.closest(".side-right") ? "right" : "left";
    place = rows(side).indexOf(row);
    if (scroll) { row.scrollIntoView({ block: "nearest" }); }
  };

  const move = (step) => {
    const all = rows(side);
    if (all.length) { show(all[Math.min(Math.max((here() ? place : -1) + step, 0), all.length - 1)]); }
  };

  const cross = (to) => { side = to; const all = rows(to); show(all.find((row) => row.querySelector("input:checked")) || all[0]); };

  const boxes = (row) => [...row.querySelectorAll("input[type=checkbox]")];
  const ticked = (name) => bench().querySelector(`input[name=${name}]:checked`);

  const tick = (row) => {
    const mine = row.closest(".side-right") ? boxes(row).slice(0, 1) : boxes(row);
    const on = mine.some((box) => !box.checked);
    mine.forEach((box) => { box.checked = on; });
  };

  const ensure = (key) => { // what is at hand is meant where nothing was chosen
    const row = here();
    if (!row) { return; }
    if ("tpadr".includes(key) && !ticked("reading") && side === "left") { boxes(row).forEach((box) => { box.checked = true; }); }
    if ("papz".includes(key) && !ticked("task") && side === "right") { boxes(row)[0].checked = true; }
  };

  const reason = (key) => {
    const field = document.getElementById("f-reason");
    field.dataset.then = key;
    field.focus();
    field.select();
  };

  const press = (key) => { const button = bench().querySelector(`.bar [data-key="${key}"]`); if (button) { button.click(); } };

  const onReason = (event) => {
    const field = event.target;
    if (/^[1-9]$/.test(event.key) && !field.value) {
      const option = document.getElementById("reasons").options[Number(event.key) - 1];
      if (option) { event.preventDefault(); field.value = option.value; press(field.dataset.then || "d"); }
    } else if (event.key === "Enter") { event.preventDefault(); press(field.dataset.then || "d"); } else if (event.key === "Escape") { field.blur(); }
  };

  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help().open) { return; }
    if (event.target.id === "f-reason") { onReason(event); return; }
    if (event.target.id === "f-title") {
      if (event.key === "Enter") { event.preventDefault(); press("t"); } else if (event.key === "Escape") { event.target.blur(); }
      return;
    }
    if (event.target.closest("input:not([type=checkbox]), select, textarea")) { return; }
    const key = event.key, row = here();
    if (key === "Enter") {
      if (event.target.closest("button, a, summary")) { return; }
      event.preventDefault();
      const accept = row && row.querySelector("[data-accept]");
      if (accept) { accept.click(); }
    } else if ("jk".includes(key)) { move(key === "j" ? 1 : -1); } else if ("lh".includes(key)) { cross(key === "l" ? "right" : "left"); } else if (key === "n") {
      if (side === "left") { move(1); } else { cross("left"); }
    } else if (key === "x" && row) { tick(row); } else if (key === "A" && row) { row.closest("[data-section]")?.querySelector('[data-key="A"]')?.click(); } else if ("tpam".includes(key)) { ensure(key); press(key); } else if ("dz".includes(key)) { event.preventDefault(); ensure(key); reason(key); } else if ("ru".includes(key)) { ensure(key); press(key); } else if (key === "e" && row) { row.querySelector("[data-edit]")?.click(); } else if (key === "?") { help().showModal(); }
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (!bench()) { return; }
    if (window.htmx) { window.htmx.config.defaultSettleDelay = 0; }
    const keys = document.getElementById("keys");
    keys.hidden = false;
    keys.addEventListener("click", () => help().showModal());
    document.getElementById("help-close").addEventListener("click", () => help().close());
    show(rows("left")[0] || rows("right")[0], false);
    document.addEventListener("keydown", onKey);
    bench().addEventListener("click", (event) => {
      const row = event.target.closest("[data-row]");
      if (row && !event.target.closest("button")) { show(row, false); }
    });
    document.addEventListener("htmx:beforeSwap", (event) => {
      if (event.detail.target !== bench()) { return; }
      if (event.detail.xhr.status === 422) { event.detail.shouldSwap = true; event.detail.isError = false; }
      ["left", "right"].forEach((one) => { scrolled[one] = bench().querySelector(`.side-${one}`)?.scrollTop || 0; });
    });
    document.addEventListener("htmx:afterSettle", (event) => {
      if (event.target !== bench()) { return; }
      ["left", "right"].forEach((one) => { const box = bench().querySelector(`.side-${one}`); if (box) { box.scrollTop = scrolled[one] || 0; } });
      if (bench().contains(document.activeElement)) { document.activeElement.blur(); } // the next key is a key again
      const all = rows(side);
      show(all.find((row) => row.dataset.row === at) || all[Math.min(place, all.length - 1)] || rows(side === "left" ? "right" : "left")[0]);
      bench().querySelector(".problems")?.focus();
    });
  });
})();

// Choosing all drafts of a list.
document.addEventListener("DOMContentLoaded", () => {
  const all = document.getElementById("all");
  if (!all) { return; }
  const boxes = [...document.querySelectorAll("input[name=task]")];
  all.hidden = false;
  all.addEventListener("click", () => { const on = boxes.some((box) => !box.checked); boxes.forEach((box) => { box.checked = on; }); });
});
