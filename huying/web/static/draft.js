// A checked draft by keyboard: n and p go to the next and the last number that a person should look at; text and list follow each other.
"use strict";

(() => {
  const looks = [...document.querySelectorAll(".finds [data-look]")];
  const rows = [...document.querySelectorAll(".finds li")];
  let at = -1;

  const bring = (mark, box) => {
    const place = mark.getBoundingClientRect(), frame = box.getBoundingClientRect();
    if (box.scrollHeight > box.clientHeight) { box.scrollTop += place.top - frame.top - frame.height / 3; } else { mark.scrollIntoView({ block: "center" }); }
  };

  const show = (row, focus) => {
    const place = row.id.slice(2);
    document.querySelectorAll("#text [aria-current]").forEach((mark) => { mark.removeAttribute("aria-current"); });
    const mark = document.querySelector(`#text [data-r~="${CSS.escape(place)}"]`);
    if (mark) { mark.setAttribute("aria-current", "true"); bring(mark, document.getElementById("text")); }
    if (focus) { row.focus({ preventScroll: true }); bring(row, document.querySelector(".found")); }
    at = looks.indexOf(row) < 0 ? at : looks.indexOf(row);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.target.closest("input, select, textarea")) { return; }
    const step = { n: 1, p: -1 }[event.key];
    if (!step || !looks.length) { return; }
    event.preventDefault();
    at = at < 0 && step < 0 ? looks.length - 1 : (at + step + looks.length) % looks.length;
    show(looks[at], true);
  });

  rows.forEach((row) => { row.addEventListener("click", (event) => { if (!event.target.closest("a, button, summary, input")) { show(row, false); } }); });
  const named = () => { const row = document.getElementById(location.hash.slice(1)); if (row && rows.includes(row)) { show(row, true); } };
  window.addEventListener("hashchange", named);
  named();
})();
