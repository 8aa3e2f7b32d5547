// The desk stays current without moving what the dispatcher is at: a poll says that something changed; rows are
// brought in at once while nothing is selected, else on request.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const arrived = document.getElementById("arrived");
  let fresh = null;
  let at = -1;
  const queue = () => document.getElementById("queue");
  const rows = () => [...document.querySelectorAll("#queue tbody tr")];

  const select = (index) => {
    rows().forEach((row, i) => row.classList.toggle("selected", i === index));
    at = index;
    const row = rows()[index];
    if (row) { row.querySelector("a").focus({ preventScroll: false }); }
  };

  const show = () => {
    if (!fresh) { return; }
    const known = new Set(rows().map((row) => row.id));
    queue().replaceWith(fresh);
    rows().filter((row) => !known.has(row.id)).forEach((row) => row.classList.add("fresh"));
    fresh = null;
    arrived.hidden = true;
    at = -1;
  };

  const look = async () => {
    if (!document.hidden) {
      const url = new URL("/desk/changes", location.href);
      new URLSearchParams(location.search).forEach((value, key) => url.searchParams.set(key, value));
      url.searchParams.set("cursor", (fresh || queue()).dataset.cursor);
      try {
        const answer = await fetch(url, { headers: { "X-Requested-With": "desk" }, redirect: "error" });
        if (answer.status === 200) {
          const holder = document.createElement("div");
          holder.innerHTML = await answer.text();
          fresh = holder.querySelector("#queue");
          const busy = at >= 0 || queue().contains(document.activeElement) || window.scrollY > 200;
          if (busy) { arrived.hidden = false; } else { show(); }
        }
      } catch { /* the server is away for a moment; the next look asks again */ }
    }
    setTimeout(look, 1000 + Math.random() * 500);
  };

  arrived.querySelector("button").addEventListener("click", show);
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "j") { select(Math.min(at + 1, rows().length - 1)); }
    if (event.key === "k") { select(Math.max(at - 1, 0)); }
    if (event.key === "u") { show(); }
    if (event.key === "Enter" && at >= 0 && rows()[at]) { location.href = rows()[at].dataset.url; }
  });
  setTimeout(look, 1000);
});
