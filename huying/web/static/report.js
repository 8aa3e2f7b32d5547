// Reporting in one page: the category's own questions, street then community, photos sent at once, like reports told
// before sending. Without this script the same form works by its buttons.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  const form = document.querySelector("form[data-kind]");
  if (!form) { return; }
  const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
  questions(form);
  const area = form.querySelector(".area select");
  if (area) { streets(area); }
  form.querySelectorAll("[data-photos]").forEach((box) => photos(box, token));
  likeReports(form);
});

// The questions that belong to the chosen category.
function questions(form) {
  const category = form.querySelector(`[name="${form.dataset.category}"]`);
  if (!category) { return; }
  const settle = () => form.querySelectorAll("[data-only]").forEach((field) => {
    field.hidden = !field.dataset.only.split(" ").includes(category.value);
  });
  category.addEventListener("change", settle);
  settle();
}

// Two short lists for one long one: the street, then what lies in it. The long list stays the one that is sent.
function streets(select) {
  const options = [...select.options].slice(1);
  const all = options.filter((option) => !option.dataset.street);
  if (all.length < 2 || all.length === options.length) { return; }
  const box = document.createElement("div");
  box.className = "area-two";
  const make = (words) => {
    const label = document.createElement("label");
    const list = document.createElement("select");
    label.append(words, list);
    box.append(label);
    return list;
  };
  const street = make(select.dataset.street);
  const below = make(select.dataset.below);
  const fill = (list, first, of) => {
    list.replaceChildren(new Option(first, ""), ...of.map((one) => new Option(one.text.trim(), one.value)));
  };
  const within = () => options.filter((one) => one.dataset.street && one.dataset.street === street.selectedOptions[0]?.text);
  const show = () => {
    const chosen = select.selectedOptions[0];
    const name = chosen?.dataset.street || (chosen?.value ? chosen.text.trim() : "");
    street.value = all.find((one) => one.text.trim() === name)?.value || "";
    fill(below, select.dataset.whole, within());
    below.value = chosen?.dataset.street ? chosen.value : "";
    below.disabled = !street.value;
  };
  const send = () => { select.value = below.value || street.value; select.dispatchEvent(new Event("change", { bubbles: true })); };
  fill(street, select.dataset.none, all);
  show();
  street.addEventListener("change", () => { below.value = ""; send(); });
  below.addEventListener("change", send);
  select.addEventListener("change", show);
  street.id = `${select.id}-street`;
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (select.hasAttribute(name)) { street.setAttribute(name, select.getAttribute(name)); }
  }
  select.before(box);
  select.hidden = true;
  const label = document.querySelector(`label[for="${select.id}"]`);
  if (label) { label.htmlFor = street.id; }
  document.querySelectorAll(`.problems a[href="#${select.id}"]`).forEach((link) => { link.hash = `#${street.id}`; });
}

// Each photo is sent when it is chosen: what a slow network loses is one photo, never the form.
function photos(box, token) {
  const input = box.querySelector("input[type=file]");
  const kept = box.querySelector(".kept");
  const error = box.querySelector(".error");
  const help = box.querySelector(".help");
  const usual = help.textContent;
  const say = (words) => { error.textContent = words; error.hidden = !words; };
  input.addEventListener("change", async () => {
    const problems = [];
    const files = [...input.files];
    input.value = "";
    say("");
    for (const file of files) {
      if (kept.querySelectorAll("input:checked").length >= Number(box.dataset.most)) { problems.push(box.dataset.saidMany); break; }
      if (file.size > Number(box.dataset.megabytes) * 1024 * 1024) {
        problems.push(`${file.name}: ${box.dataset.saidLarge.replace("{n}", Math.round(file.size / 1024 / 1024))}`);
        continue;
      }
      help.textContent = `${box.dataset.saidSending} ${file.name}`;
      const body = new FormData();
      body.append("photo", file);
      body.append("csrfmiddlewaretoken", token());
      try {
        const answer = await fetch("/photos", { method: "POST", body });
        const told = await answer.json();
        if (answer.ok) { kept.append(thumbnail(box, told)); } else { problems.push(told.error); }
      } catch {
        problems.push(`${file.name}: ${box.dataset.saidLost}`);
      }
    }
    help.textContent = usual;
    say(problems.join("\n"));
  });
}

function thumbnail(box, told) {
  const label = document.createElement("label");
  label.className = "thumbed";
  const image = document.createElement("img");
  image.className = "thumb";
  image.src = told.url;
  image.alt = "";
  const check = document.createElement("input");
  check.type = "checkbox";
  check.name = box.dataset.photos;
  check.value = told.name;
  check.checked = true;
  const words = document.createElement("span");
  words.append(check, ` ${box.dataset.saidKept}`);
  label.append(image, words);
  return label;
}

// Has someone reported this? Asked when category and place are there, shown before the form is sent.
function likeReports(form) {
  const box = document.getElementById("alike");
  const watched = ["category", "area"].map((part) => form.dataset[part]).filter(Boolean);
  let asked = "";
  const look = async () => {
    const data = new FormData(form);
    const query = new URLSearchParams();
    for (const [name, value] of data) {
      if (typeof value === "string" && (watched.includes(name) || ["act", "sign"].includes(name) || form.querySelector(`.point [name="${name}"]`))) {
        query.set(name, value);
      }
    }
    if (!watched.every((name) => query.get(name)) || query.toString() === asked) { return; }
    asked = query.toString();
    try {
      const answer = await fetch(`/report/${form.dataset.kind}/alike?${asked}`);
      box.innerHTML = answer.ok ? await answer.text() : "";   // our own template, everything typed is escaped in it
    } catch {
      box.replaceChildren();                                   // offline: the server asks again on sending
    }
  };
  form.addEventListener("change", look);
  look();
}
