// Settling readings by keyboard. Every act is a form of the page and works without this; here keys press its buttons,
// the text follows the reading at hand, and focus stays where the person put it.
"use strict";

(() => {
  const hand = () => document.getElementById("hand");
  const paper = () => document.getElementById("paper");
  const help = () => document.getElementById("help");
  const marks = (code) => [...document.querySelectorAll(`#text [data-r~="${CSS.escape(code)}"]`)];
  let inside = false; // whether focus was in the pane when it was sent away

  const show = (code) => {
    document.querySelectorAll("#text [aria-current]").forEach((mark) => { mark.removeAttribute("aria-current"); });
    const here = code ? marks(code) : [];
    here.forEach((mark) => { mark.setAttribute("aria-current", "true"); });
    const box = paper();
    if (!here.length || !box) { return; }
    const at = here[0].getBoundingClientRect(), frame = box.getBoundingClientRect();
    const legend = box.querySelector(".legend").offsetHeight;
    if (box.scrollHeight > box.clientHeight && (at.top < frame.top + legend + 40 || at.bottom > frame.bottom - 90)) {
      box.scrollTop += at.top - frame.top - frame.height / 3;
    }
  };

  const now = () => document.getElementById("now")?.dataset.at || "";

  const settled = async (told) => {
    if (told.text) {
      const answer = await fetch(`${paper().dataset.url}&at=${encodeURIComponent(now())}`, { headers: { "HX-Request": "true" } });
      if (answer.ok) { document.getElementById("text").innerHTML = await answer.text(); }
    } else {
      marks(told.code).filter((mark) => mark.dataset.r === told.code).forEach((mark) => { mark.className = `m ${told.state}`; });
    }
    show(now());
  };

  const open = (name) => {
    const form = hand().querySelector(`details[data-open="${name}"]`);
    if (!form) { return; }
    hand().querySelectorAll("details.act[open]").forEach((one) => { if (one !== form) { one.open = false; } });
    form.open = true;
    form.scrollIntoView({ block: "nearest" });
    const first = form.querySelector("[data-digit], input:not([type=hidden]), select, textarea");
    if (first) { first.focus(); if (first.select && first.type === "text") { first.select(); } }
  };

  const close = () => {
    const form = hand().querySelector("details.act[open]");
    if (!form) { document.body.classList.toggle("quiet"); return; }
    const held = form.contains(document.activeElement);
    form.open = false;
    if (held) { form.querySelector("summary").focus(); }
  };

  const takeSelection = () => {
    const words = String(document.getSelection());
    const field = document.getElementById("f-quote");
    if (!words.trim() || !field || !paper().contains(document.getSelection().anchorNode)) { return; }
    open("e");
    field.value = words.trim();
    field.focus();
  };

  const press = (key) => {
    const button = hand().querySelector(`[data-key="${key}"]`);
    if (button) { button.click(); }
  };

  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help().open) { return; }
    if (event.key === "Escape") { close(); return; }
    if (event.target.closest("input, select, textarea") && event.target.type !== "checkbox") { return; }
    const quick = /^[1-9]$/.test(event.key) && hand().querySelector(`details[open] [data-digit="${event.key}"]`);
    if (quick) { event.preventDefault(); quick.click(); return; }
    if ("edtsm".includes(event.key)) { event.preventDefault(); open(event.key); return; }
    if ("aujkn".includes(event.key)) { event.preventDefault(); press(event.key); return; }
    if (event.key === "x") { event.preventDefault(); takeSelection(); return; }
    if (event.key === "?") { help().showModal(); }
  };

  const followLinks = () => document.getElementById("text").addEventListener("click", (event) => {
    const mark = event.target.closest("a.m");
    if (!mark || event.ctrlKey || event.metaKey || event.shiftKey || event.button || !window.htmx) { return; }
    event.preventDefault();
    const codes = mark.dataset.r.split(" ");
    const url = new URL(mark.href);
    const next = codes[(codes.indexOf(now()) + 1) % codes.length]; // several readings share a stretch: one after the other
    url.searchParams.set("at", next);
    window.htmx.ajax("GET", url.pathname + url.search, { target: "#hand", swap: "innerHTML" })
      .then(() => history.replaceState(null, "", url));
  });

  const dropHere = () => {
    const form = document.getElementById("hand-in");
    if (!form) { return; }
    const field = form.querySelector("input[type=file]");
    const over = (event) => { event.preventDefault(); form.classList.toggle("over", event.type === "dragover"); };
    ["dragover", "dragleave"].forEach((name) => form.addEventListener(name, over));
    form.addEventListener("drop", (event) => {
      over(event);
      if (event.dataTransfer.files.length) { field.files = event.dataTransfer.files; }
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    dropHere();
    if (!paper()) { return; }
    if (window.htmx) { window.htmx.config.defaultSettleDelay = 0; } // the next key may come at once
    const keys = document.getElementById("keys");
    keys.hidden = false;
    keys.addEventListener("click", () => help().showModal());
    followLinks();
    show(now());
    document.addEventListener("keydown", onKey);
    document.addEventListener("htmx:beforeSwap", (event) => {
      if (event.detail.target === hand()) { inside = hand().contains(document.activeElement); }
    });
    document.addEventListener("htmx:afterSettle", (event) => {
      if (event.target !== hand()) { return; }
      hand().scrollTop = 0;
      show(now());
      const wrong = hand().querySelector("[aria-invalid], .problems");
      if (wrong) { wrong.focus(); } else if (inside) { (document.getElementById("hand-title") || hand()).focus({ preventScroll: true }); }
      inside = false;
    });
    document.body.addEventListener("reading", (event) => settled(event.detail));
  });
})();
