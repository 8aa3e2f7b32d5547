// The wall stays fresh by itself: every half minute the page is asked again and each panel that changed is put in its place. A map
// that shows the same pins stays as it is. Where nothing answers, the numbers stay and the wall says of when they are.
"use strict";
(() => {
  const every = Number(document.body.dataset.every) * 1000;
  const stale = document.getElementById("stale");

  function renew(text) {
    const next = new DOMParser().parseFromString(text, "text/html");
    const sections = next.querySelectorAll("main > section");
    if (sections.length !== document.querySelectorAll("main > section").length) { location.reload(); return; }
    for (const section of sections) {
      const here = document.getElementById(section.id);
      const source = (box) => [...box.querySelectorAll("script")].map((one) => one.textContent).join();
      const words = (box) => [...box.children].filter((one) => one.tagName !== "SCRIPT" && !one.dataset.chart && !one.dataset.map).map((one) => one.outerHTML).join();
      if (source(here) === source(section) && words(here) === words(section)) { continue; }
      here.replaceWith(section);
      window.drawCharts(section);
      section.dispatchEvent(new CustomEvent("renewed", { bubbles: true }));
    }
    document.getElementById("fresh").textContent = next.getElementById("fresh").textContent;
    stale.replaceChildren(...next.getElementById("stale").childNodes);
  }

  async function ask() {
    try {
      const answer = await fetch(location.href, { cache: "no-store", redirect: "error" });
      if (!answer.ok) { throw new Error(answer.status); }
      renew(await answer.text());
      stale.hidden = true;
    } catch {
      stale.hidden = false;
    }
    document.getElementById("fresh").hidden = !stale.hidden;
  }

  setInterval(ask, every);
  window.renewWall = ask;
})();
