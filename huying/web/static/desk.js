// The desk stays current without moving what the dispatcher is at. A poll brings the queue when something changed:
// known rows change in place, new ones are put where they belong, and neither selection, focus, scroll nor anything
// typed is touched.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const pane = document.getElementById("pane");
  const bar = document.querySelector("#arrived p");
  const help = document.getElementById("help");
  const words = bar.querySelector("[data-words]");
  let unseen = [];
  let asked = "";

  const queue = () => document.getElementById("queue");
  const box = () => document.getElementById("list");
  const rows = () => [...queue().querySelectorAll("tbody tr")];
  const selected = () => rows().find((row) => row.getAttribute("aria-current") === "true");

  const mark = (row) => {
    rows().forEach((one) => { one.removeAttribute("aria-current"); });
    if (row) { row.setAttribute("aria-current", "true"); }
  };

  const open = (row) => {
    mark(row);
    asked = row.dataset.at;
    row.querySelector("a").focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    const here = new URL(location.href);
    here.searchParams.set("at", row.dataset.at);
    history.replaceState(null, "", here);
    window.htmx.ajax("GET", row.dataset.pane, { target: "#pane", swap: "innerHTML" });
  };

  const step = (by) => {
    const all = rows();
    const at = all.indexOf(selected());
    const row = all[Math.max(0, Math.min(at + by, all.length - 1))];
    if (row && row !== selected()) { open(row); }
  };

  const announce = () => {
    unseen = unseen.filter((id) => document.getElementById(id));
    bar.hidden = unseen.length === 0;
    words.textContent = words.dataset.words.replace("%s", unseen.length);
  };

  const showNewest = () => {
    const row = document.getElementById(unseen[unseen.length - 1]);
    unseen = [];
    announce();
    if (row) { row.scrollIntoView({ block: "center" }); row.querySelector("a").focus({ preventScroll: true }); }
  };

  const update = (old, fresh) => {
    [...fresh.cells].forEach((cell, i) => {
      const mine = old.cells[i];
      if (mine.innerHTML !== cell.innerHTML && !mine.contains(document.activeElement)) {
        mine.innerHTML = cell.innerHTML;
        old.classList.remove("fresh");
        void old.offsetWidth;
        old.classList.add("fresh");
      }
    });
    old.dataset.state = fresh.dataset.state;
  };

  const merge = (html) => {
    const brought = new DOMParser().parseFromString(html, "text/html").getElementById("queue");
    if (!brought) { return; }
    const body = queue().querySelector("tbody");
    const incoming = [...brought.querySelectorAll("tbody tr")];
    const still = new Set(incoming.map((row) => row.id));
    const edge = box().getBoundingClientRect().top;
    const anchor = selected() || rows().find((row) => row.getBoundingClientRect().bottom > edge);
    const before = anchor ? anchor.getBoundingClientRect().top : 0;
    rows().forEach((row) => { if (!still.has(row.id) && row !== selected() && !row.contains(document.activeElement)) { row.remove(); } });
    let previous = null;
    incoming.forEach((row) => {
      const old = document.getElementById(row.id);
      if (old) { update(old, row); previous = old; return; }
      const made = document.importNode(row, true);
      made.classList.add("fresh");
      if (previous) { previous.after(made); } else { body.prepend(made); }
      previous = made;
      unseen.push(made.id);
    });
    if (anchor && anchor.isConnected) {
      const moved = anchor.getBoundingClientRect().top - before;
      if (box().scrollHeight > box().clientHeight) { box().scrollTop += moved; } else { window.scrollBy(0, moved); }
    }
    const empty = queue().querySelector(".empty");
    if (empty && incoming.length) { empty.remove(); }
    const tally = document.getElementById("tally");
    if (!tally.contains(document.activeElement)) { tally.innerHTML = brought.querySelector("#tally").innerHTML; }
    queue().dataset.cursor = brought.dataset.cursor;
    announce();
    const shown = pane.querySelector(".pane");
    const row = shown && incoming.find((one) => one.dataset.at === shown.dataset.at);
    if (shown && (row ? row.dataset.state !== shown.dataset.state : shown.dataset.listed === "1")) {
      shown.querySelector(".changed").hidden = false;
    }
    if (shown && row) { shown.dataset.listed = "1"; }
  };

  const look = async () => {
    if (!document.hidden) {
      const url = new URL("/desk/changes", location.href);
      new URLSearchParams(location.search).forEach((value, key) => url.searchParams.set(key, value));
      url.searchParams.set("cursor", queue().dataset.cursor);
      try {
        const answer = await fetch(url, { redirect: "manual" });
        if (answer.status === 200) { merge(await answer.text()); }
        if (answer.type === "opaqueredirect") { return; }   // signed out: what is typed stays on the screen
      } catch { /* the server is away for a moment; the next look asks again */ }
    }
    setTimeout(look, 1000 + Math.random() * 500);
  };

  document.addEventListener("click", (event) => {
    const row = event.target.closest("#queue tbody tr");
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey || event.button) { return; }
    event.preventDefault();
    open(row);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== pane) { return; }
    const shown = pane.querySelector(".pane");
    const row = shown && rows().find((one) => one.dataset.at === shown.dataset.at);
    if (row) { shown.dataset.listed = "1"; }
    if (window.matchMedia("(max-width: 991px)").matches && asked) { pane.scrollIntoView({ block: "start" }); }
    asked = "";
    const problems = pane.querySelector(".problems");
    if (problems) { problems.focus(); }
  });
  bar.querySelector("button").addEventListener("click", showNewest);
  const keys = document.getElementById("keys");
  keys.hidden = false;
  keys.addEventListener("click", () => help.showModal());

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) { return; }
    if (event.key === "Escape" && pane.contains(document.activeElement) && selected()) { selected().querySelector("a").focus(); return; }
    if (event.target.closest("input, select, textarea")) { return; }
    if (event.key === "j") { step(1); }
    if (event.key === "k") { step(-1); }
    if (event.key === "u") { showNewest(); }
    if (event.key === "?") { help.showModal(); }
    if (event.key === "o" && selected()) { location.href = selected().querySelector("a").href; }
    if (event.key === "Enter" && !event.target.closest("button, summary, #pane a, .side, .top, .chips") && selected()) {
      event.preventDefault();
      const shown = pane.querySelector(".pane");
      if (!shown || shown.dataset.at !== selected().dataset.at) { open(selected()); return; }
      const form = shown.querySelector("form.step");
      const lead = form && form.querySelector("select[name=lead]");
      const quick = "quick" in shown.dataset && lead && lead.value && !form.querySelector("textarea, input[type=text]");
      if (quick) { form.requestSubmit(); return; }
      const first = form && form.querySelector("select, textarea, input:not([type=hidden])");
      if (first) { first.focus(); }
    }
  });
  const shown = pane.querySelector(".pane");
  if (shown) { mark(rows().find((row) => row.dataset.at === shown.dataset.at)); shown.dataset.listed = selected() ? "1" : ""; }
  setTimeout(look, 1000);
});
