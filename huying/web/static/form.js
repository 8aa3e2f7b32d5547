// Helps a form along; every form also works without it. Questions of other categories are hidden, the position is
// taken from the phone, references are suggested, and what is typed is kept as a draft.
"use strict";

(() => {
  const cookie = (name) => document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.split("=")[1] || "";

  const settleQuestions = (form) => {
    const own = [...form.querySelectorAll("[data-only]")];
    if (!own.length) { return; }
    const codes = own[0].dataset.only.split(" ");
    const chooser = [...form.querySelectorAll("select")].find((one) => codes.some((code) => [...one.options].some((option) => option.value === code)));
    if (!chooser) { return; }
    const settle = () => own.forEach((field) => {
      field.hidden = !field.dataset.only.split(" ").includes(chooser.value);
      field.querySelectorAll(".help").forEach((help) => { if (help.textContent.includes("“") && !field.hidden) { help.hidden = true; } });
    });
    chooser.addEventListener("change", settle);
    settle();
  };

  const offerPosition = (form) => {
    if (!navigator.geolocation || !window.isSecureContext) { return; }
    form.querySelectorAll("[data-locate]").forEach((button) => {
      const field = document.getElementById(button.dataset.locate);
      const said = button.closest(".field").querySelector("[data-locate-said]");
      button.hidden = false;
      button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
        (at) => { field.value = `${at.coords.longitude.toFixed(5)},${at.coords.latitude.toFixed(5)}`; field.dispatchEvent(new Event("input", { bubbles: true })); },
        () => { said.textContent = said.dataset.denied; said.hidden = false; },
        { enableHighAccuracy: true, timeout: 10000 },
      ));
    });
  };

  const suggestRecords = (form) => form.querySelectorAll("[data-suggest]").forEach((field) => {
    let waiting = 0;
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        const answer = await fetch(`/ledgers/${field.dataset.suggest}/suggest?q=${encodeURIComponent(field.value)}`);
        if (!answer.ok) { return; }
        const list = document.getElementById(field.getAttribute("list"));
        list.replaceChildren(...(await answer.json()).found.map((one) => new Option(one.title, one.code)));
      }, 250);
    });
  });

  const keepDrafts = (form) => {
    const path = form.dataset.draft;
    if (!path) { return; }
    const address = document.createElement("input");
    Object.assign(address, { type: "hidden", name: "form_path", value: path });
    form.append(address);
    let waiting = 0;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        const fields = new FormData(form);
        [...fields.entries()].forEach(([name, value]) => { if (value instanceof File) { fields.delete(name); } });
        fetch("/drafts", { method: "POST", body: fields, headers: { "X-CSRFToken": cookie("csrftoken") }, redirect: "manual" }).catch(() => {});
      }, 1500);
    });
    form.addEventListener("submit", () => clearTimeout(waiting));
  };

  const prepare = (root) => root.querySelectorAll("form.step").forEach((form) => {
    if (form.dataset.ready) { return; }
    form.dataset.ready = "1";
    settleQuestions(form);
    offerPosition(form);
    suggestRecords(form);
    keepDrafts(form);
  });

  document.addEventListener("DOMContentLoaded", () => prepare(document));
  document.addEventListener("htmx:afterSwap", (event) => prepare(event.target));
})();
