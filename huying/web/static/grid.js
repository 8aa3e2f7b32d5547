// The grid: a ledger's page whose cells are changed where they stand. The server decides on every cell; here are the
// keys, the clipboard, and a queue that keeps what was typed until it is told to be saved, under one act each.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const box = document.getElementById("grid");
  if (!box || !window.matchMedia("(min-width: 601px)").matches) { return; }
  const words = document.getElementById("grid-words").dataset;
  const choices = JSON.parse(document.getElementById("choices").textContent);
  const table = box.querySelector("table");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells].filter((one) => one.dataset.name);
  const panel = document.getElementById("panel");
  const says = document.getElementById("says");
  const saved = document.getElementById("saved");
  const button = (name) => document.querySelector(`#bar [data-do="${name}"]`);
  const address = location.pathname;
  const cookie = (name) => document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.split("=")[1] || "";
  const filled = (text, value) => text.replace("{n}", value);
  const FIRST = 1; // cells of a row before the first that counts
  let at = { r: 0, c: 1 };
  let from = at;
  let editor = null;
  let waiting = 0;
  let busy = false;

  // What has not been saved, and what may be taken back, outlive the page.
  const kept = (name) => { try { return JSON.parse(sessionStorage.getItem(`${name}:${address}`)) || []; } catch { return []; } };
  const keep = (name, value) => { try { sessionStorage.setItem(`${name}:${address}`, JSON.stringify(value)); } catch { /* full: kept in the page alone */ } };
  const queue = kept("unsaved");
  const done = kept("done");
  const undone = kept("undone");

  const cellAt = (r, c) => body.rows[r]?.cells[c + FIRST];
  const placeOf = (cell) => ({ r: cell.parentNode.sectionRowIndex, c: cell.cellIndex - FIRST });
  const columnOf = (name) => heads.findIndex((one) => one.dataset.name === name);
  const rowOf = (n, record) => (record && body.querySelector(`tr[data-record="${record}"]`)) || body.querySelector(`tr[data-n="${n}"]:not([data-record])`);
  const faultedCell = (one) => (one.name ? rowOf(one.n, one.record)?.cells[columnOf(one.name) + FIRST] : null);
  const textOf = (cell) => (cell.classList.contains("code") ? cell.textContent.trim() : cell.textContent);
  const isNew = (row) => !row.dataset.record;
  const whyNot = (cell) => {
    const head = heads[placeOf(cell).c];
    if (isNew(cell.parentNode)) { return head.dataset.enters ? "" : head.dataset.why || words.later; }
    return cell.dataset.why || "";
  };
  const clear = (cell) => {
    cell.classList.remove("unsaved", "wrong", "conflict", "draft");
    cell.removeAttribute("aria-invalid");
    delete cell.dataset.says;
  };
  const show = (cell, text) => { cell.textContent = text; };

  const readied = (row) => {
    heads.forEach((head, c) => {
      const cell = row.cells[c + FIRST];
      if (cell.tagName === "TD") { cell.setAttribute("role", "gridcell"); }
      cell.tabIndex = -1;
      if (whyNot(cell)) { cell.setAttribute("aria-readonly", "true"); } else { cell.removeAttribute("aria-readonly"); }
    });
    row.querySelectorAll("a").forEach((link) => { link.tabIndex = -1; });
  };

  const addBlank = () => {
    const last = body.rows[body.rows.length - 1];
    if (!box.dataset.enters || (last && isNew(last))) { return; }
    const row = body.insertRow();
    row.dataset.n = last ? Number(last.dataset.n) + 1 : Number(box.dataset.next);
    row.className = "blank";
    row.insertCell().className = "no";
    row.cells[0].textContent = "＋";
    heads.forEach((head) => {
      const cell = head.dataset.name === "code" ? row.appendChild(document.createElement("th")) : row.insertCell();
      cell.className = head.className;
      if (head.dataset.name === "code") { cell.scope = "row"; cell.textContent = words.new; }
    });
    row.insertCell().className = "step";
    readied(row);
  };

  // Where one is, and what is selected.
  const block = () => ({ top: Math.min(at.r, from.r), left: Math.min(at.c, from.c), bottom: Math.max(at.r, from.r), right: Math.max(at.c, from.c) });
  const selected = () => {
    const { top, left, bottom, right } = block();
    return [...body.rows].slice(top, bottom + 1).map((row) => [...row.cells].slice(left + FIRST, right + FIRST + 1));
  };
  const tell = (text) => {
    says.hidden = !text;
    says.textContent = text;
    if (!text) { return; }
    const place = cellAt(at.r, at.c).getBoundingClientRect();
    says.style.left = `${Math.max(8, Math.min(place.left, innerWidth - 340)) + scrollX}px`;
    says.style.top = `${place.bottom + scrollY + 2}px`;
  };
  const paint = () => {
    body.querySelectorAll("[aria-selected]").forEach((one) => one.removeAttribute("aria-selected"));
    if (at.r !== from.r || at.c !== from.c) { selected().flat().forEach((one) => one.setAttribute("aria-selected", "true")); }
  };
  const go = (r, c, extend = false) => {
    const row = body.rows[at.r];
    at = { r: Math.max(0, Math.min(r, body.rows.length - 1)), c: Math.max(0, Math.min(c, heads.length - 1)) };
    if (!extend) { from = at; }
    body.querySelectorAll("[tabindex='0']").forEach((one) => { one.tabIndex = -1; });
    const cell = cellAt(at.r, at.c);
    cell.tabIndex = 0;
    cell.focus();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    paint();
    tell(cell.dataset.says || "");
    if (row && row !== body.rows[at.r] && isNew(row)) { enter(row); }
  };

  // What was typed goes to the server, one act after the other.
  const unsaved = () => body.querySelectorAll(".unsaved").length;
  const status = (text) => {
    const left = queue.length ? Math.max(unsaved(), 1) : 0;
    saved.textContent = text || (left ? filled(words.unsaved, left) : "");
    saved.className = text || !left ? "" : "light amber";
    button("undo").disabled = !done.length || Boolean(queue.length);
    button("redo").disabled = !undone.length || Boolean(queue.length);
    button("retry").hidden = !left || Boolean(text);
  };
  const send = (job) => {
    queue.push({ ...fresh(), ...job });
    keep("unsaved", queue);
    pump();
  };
  const fresh = () => { // crypto.randomUUID is there on https alone
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
    return { act: [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-") };
  };
  const dated = (rows) => rows.map((one) => ({ ...one, seq: Number(rowOf(one.n, one.record)?.dataset.seq || one.seq || 0) }));
  const bodyOf = (job) => {
    if (!job.body) { // made when it is first sent, and the same ever after
      const { act, mode, rows, paste, undo } = job;
      job.body = JSON.stringify({ act, mode, rows: rows && dated(rows), paste: paste && { ...paste, rows: dated(paste.rows) }, undo });
      keep("unsaved", queue);
    }
    return job.body;
  };
  const pump = async () => {
    if (busy || !queue.length) { return; }
    busy = true;
    clearTimeout(waiting);
    status(words.saving);
    const job = queue[0];
    let answer = null;
    let why = "";
    try {
      const reply = await fetch(address, { method: "POST", body: bodyOf(job), headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") } });
      if (reply.redirected) { why = words.signed; } else if (reply.ok || reply.status === 422) { answer = await reply.json(); } else if (reply.status < 500) { answer = { problem: words.wrong }; }
    } catch { /* the line is cut: it is tried again */ }
    busy = false;
    if (!answer) {
      waiting = setTimeout(pump, 5000);
      status(why);
      return;
    }
    queue.shift();
    keep("unsaved", queue);
    settle(job, answer);
    pump();
  };

  const cellsOf = (job) => (job.rows || []).flatMap((one) => Object.entries(one.cells).map(([name, text]) => [rowOf(one.n, one.record)?.cells[columnOf(name) + FIRST], text])).filter(([cell]) => cell);
  const later = (cell) => queue.some((job) => cellsOf(job).some(([one]) => one === cell));

  const settle = (job, answer) => {
    if (answer.problem) {
      cellsOf(job).forEach(([cell]) => { clear(cell); cell.classList.add("wrong"); cell.dataset.says = answer.problem; cell.setAttribute("aria-invalid", "true"); });
      say([answer.problem], []);
      body.querySelectorAll(".unsaved").forEach((cell) => { if (!later(cell)) { cell.classList.remove("unsaved"); } });
      status();
      return;
    }
    const refused = new Set(answer.faults.map((one) => `${one.record} ${one.name}`));
    const rest = answer.written ? [] : cellsOf(job);
    answer.rows.forEach((one) => stand(one, refused, answer.written));
    rest.forEach(([cell, text]) => { if (!cell.dataset.says) { show(cell, text); cell.classList.add("unsaved"); } });
    answer.faults.forEach((one) => refuse(job, one));
    if (answer.undo.length) {
      (job.undo && !job.redo ? undone : done).push(answer.undo);
      if (!job.undo) { undone.length = 0; } // another change since: what was taken back is not brought again over it
      keep("done", done.slice(-100));
      keep("undone", undone.slice(-100));
    }
    if (answer.written) { cellsOf(job).forEach(([cell]) => { if (!cell.dataset.says && !later(cell)) { cell.classList.remove("unsaved", "draft"); } }); }
    addBlank();
    tell(cellAt(at.r, at.c)?.dataset.says || "");
    if (!answer.faults.length) {
      panel.hidden = true;
      status(queue.length ? "" : job.redo ? words.redone : job.undo ? words.undone : words.saved);
      return;
    }
    status();
    const offers = [];
    if (!answer.written && answer.writes) { offers.push([filled(words.some, answer.writes), () => send({ ...job, ...fresh(), body: undefined, mode: "valid" })]); }
    if (!answer.written) { offers.push([words.none, () => forget(job, answer)]); }
    if (!answer.written || answer.faults.length > 1 || answer.faults.some((one) => one.kind === "conflict" || !one.name)) { report(answer, offers); }
  };
  const stand = (one, refused, written) => {
    const row = rowOf(one.n, one.record);
    if (!row) { return newRow(one); }
    const was = isNew(row);
    row.dataset.record = one.record;
    row.dataset.seq = one.seq;
    if (was) { row.classList.remove("blank"); row.cells[0].textContent = row.dataset.n; }
    heads.forEach((head, c) => {
      const cell = row.cells[c + FIRST];
      const [text, why] = head.dataset.name === "code" ? [one.code, heads[0].dataset.why] : one.cells[head.dataset.name];
      if (why) { cell.dataset.why = why; } else { delete cell.dataset.why; }
      cell.dataset.was = text;
      if (head.dataset.name === "code") {
        if (was) { const link = document.createElement("a"); link.href = one.url; link.textContent = text; cell.replaceChildren(link); }
        return;
      }
      if (cell.contains(document.activeElement) && cell !== document.activeElement) { return; }
      if (refused.has(`${one.record} ${head.dataset.name}`) || later(cell)) { return; }
      if (!written && cell.classList.contains("unsaved")) { return; }
      if (textOf(cell) !== text) { show(cell, text); cell.classList.add("fresh"); }
      clear(cell);
    });
    readied(row);
    if (was) { cellAt(at.r, at.c).tabIndex = 0; }
  };
  const newRow = (one) => {
    addBlank();
    const blank = [...body.rows].find(isNew);
    if (!blank) { return; }
    blank.dataset.n = one.n;
    stand(one, new Set(), true);
    addBlank();
  };

  const refuse = (job, one) => {
    const cell = faultedCell(one);
    if (!cell) { return; }
    clear(cell);
    if (cell.dataset.was === undefined) { cell.dataset.was = textOf(cell); }
    show(cell, one.typed);
    cell.classList.add(one.kind);
    cell.setAttribute("aria-invalid", "true");
    cell.dataset.says = one.says;
  };
  const restore = (cell) => { clear(cell); if (cell.dataset.was !== undefined) { show(cell, cell.dataset.was); } };
  const forget = (job, answer) => {
    cellsOf(job).forEach(([cell]) => restore(cell));
    answer.faults.forEach((one) => { const cell = faultedCell(one); if (cell) { restore(cell); } });
    status();
  };

  // What was refused, cell by cell, and what may be done about it.
  const say = (lines, offers) => {
    const list = document.createElement("ul");
    lines.forEach((one) => { const item = document.createElement("li"); item.append(...[one].flat()); list.append(item); });
    const acts = document.createElement("div");
    acts.className = "acts";
    (offers.length ? offers : [[words.close, () => {}]]).forEach(([text, act], n) => acts.append(press(text, () => { panel.hidden = true; go(at.r, at.c); act(); }, !n && offers.length > 1)));
    panel.replaceChildren(list, acts);
    panel.hidden = false;
  };
  const press = (text, act, first) => {
    const one = document.createElement("button");
    one.type = "button";
    one.className = `btn btn-sm${first ? " btn-primary" : ""}`;
    one.textContent = text;
    one.addEventListener("click", act);
    return one;
  };
  const report = (answer, offers) => {
    const lines = answer.faults.slice(0, 30).map((one) => {
      const head = heads[columnOf(one.name)];
      const place = `${filled(words.row, rowOf(one.n, one.record)?.dataset.n || one.n)}${head ? ` · ${head.textContent.replace("▪", "").trim()}` : ""}`;
      const parts = [`${place}${one.typed ? ` “${one.typed}”` : ""}：${one.says} `];
      const cell = faultedCell(one);
      if (one.kind === "conflict" && cell && answer.written) {
        parts.push(
          press(words.theirs, (event) => { restore(cell); settled(event); }),
          press(words.mine, (event) => { put([[cell, one.typed]]); settled(event); }),
        );
      }
      return parts;
    });
    if (answer.faults.length > 30) { lines.push(filled(words.more, answer.faults.length - 30)); }
    say([filled(words.refused, answer.faults.length) + (answer.written ? "" : ` ${filled(words.fits, answer.writes)}`), ...lines], offers);
    if (!answer.written) { panel.focus(); }
  };
  const settled = (event) => {
    event.target.closest("li").remove();
    if (!panel.querySelector("li button")) { panel.hidden = true; go(at.r, at.c); }
  };

  // Changes: [cell, text] pairs. A new row is sent when one leaves it.
  const put = (changes) => {
    const rows = new Map();
    changes.forEach(([cell, text]) => {
      const row = cell.parentNode;
      if (whyNot(cell) || text === textOf(cell) && !cell.dataset.says) { return; }
      if (cell.dataset.was === undefined) { cell.dataset.was = textOf(cell); }
      clear(cell);
      show(cell, text);
      cell.classList.add(isNew(row) ? "draft" : "unsaved");
      if (isNew(row)) { return; }
      const cells = rows.get(row) || {};
      cells[heads[placeOf(cell).c].dataset.name] = text;
      rows.set(row, cells);
    });
    if (!rows.size) { return; }
    const sent = [...rows].map(([row, cells]) => ({ n: Number(row.dataset.n), record: row.dataset.record, cells }));
    send({ mode: changes.length > 1 ? "all" : "valid", rows: sent });
  };
  const enter = (row) => {
    const cells = Object.fromEntries(heads.map((head, c) => [head.dataset.name, row.cells[c + FIRST]]).filter(([name, cell]) => name !== "code" && textOf(cell).trim() && !whyNot(cell)).map(([name, cell]) => [name, textOf(cell)]));
    if (!Object.keys(cells).length || queue.some((job) => job.rows?.some((one) => one.n === Number(row.dataset.n) && !one.record))) { return; }
    Object.keys(cells).forEach((name) => { const cell = row.cells[columnOf(name) + FIRST]; clear(cell); cell.classList.add("unsaved"); });
    send({ mode: "valid", rows: [{ n: Number(row.dataset.n), record: null, cells }] });
  };

  const editing = (first) => {
    const cell = cellAt(at.r, at.c);
    const head = heads[at.c];
    const link = cell.querySelector("a");
    if (link) { if (first === undefined) { link.click(); } return; }
    if (whyNot(cell)) { tell(whyNot(cell)); return; }
    const text = textOf(cell);
    const type = head.dataset.type;
    const listed = choices[head.dataset.name];
    let field;
    if (type === "enum" || type === "boolean") {
      field = document.createElement("select");
      field.append(new Option("", ""), ...listed.map((one) => new Option(one, one)));
      field.value = first === undefined ? text : listed.find((one) => one.toLowerCase().startsWith(first.toLowerCase())) || text;
    } else {
      field = document.createElement(type === "text" ? "textarea" : "input");
      if (type === "date") { field.type = "date"; }
      if (head.classList.contains("num")) { field.inputMode = "decimal"; }
      field.value = first === undefined || type === "date" ? text : first;
      if (listed || head.dataset.of) { field.setAttribute("list", offered(head, listed)); }
      if (head.dataset.of) { field.addEventListener("input", () => suggest(head, field)); }
    }
    field.setAttribute("aria-label", `${head.textContent.replace("▪", "").trim()} ${filled(words.row, cell.parentNode.dataset.n)}`);
    cell.replaceChildren(field);
    cell.classList.add("open");
    field.focus();
    if (first === undefined && field.select) { field.select(); }
    tell("");
    const end = (change) => {
      if (editor !== end) { return; }
      editor = null;
      const value = field.value;
      cell.classList.remove("open");
      show(cell, text);
      if (change) { put([[cell, value]]); }
    };
    editor = end;
    field.addEventListener("blur", () => end(true));
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.isComposing) { return; }
      if (event.key === "Enter" && event.altKey && type === "text") { field.setRangeText("\n", field.selectionStart, field.selectionEnd, "end"); return; }
      if (event.key === "Escape") { end(false); go(at.r, at.c); }
      if (event.key === "Enter" || event.key === "Tab") {
        event.preventDefault();
        end(true);
        const back = event.shiftKey ? -1 : 1;
        if (event.key === "Enter") { go(at.r + back, at.c); } else { go(at.r, at.c + back); }
      }
    });
    ["copy", "cut", "paste"].forEach((name) => field.addEventListener(name, (event) => event.stopPropagation()));
  };
  const offered = (head, listed) => {
    const id = `of-${head.dataset.name}`;
    if (!document.getElementById(id)) {
      const list = document.createElement("datalist");
      list.id = id;
      list.append(...(listed || []).map((one) => new Option("", one)));
      document.body.append(list);
    }
    return id;
  };
  const suggest = async (head, field) => {
    try {
      const answer = await fetch(`/ledgers/${head.dataset.of}/suggest?q=${encodeURIComponent(field.value)}`);
      if (answer.ok) { document.getElementById(field.getAttribute("list")).replaceChildren(...(await answer.json()).found.map((one) => new Option(one.title, one.code))); }
    } catch { /* typed without help */ }
  };

  const fillDown = () => {
    if (at.r === from.r && at.r > 0) { put([[cellAt(at.r, at.c), textOf(cellAt(at.r - 1, at.c))]]); return; }
    const [first, ...others] = selected();
    put(others.flatMap((row) => row.map((cell, n) => [cell, textOf(first[n])])));
  };
  const undo = () => {
    if (!done.length || queue.length) { return; }
    const last = done.pop();
    keep("done", done);
    send({ undo: last });
  };

  const redo = () => { // what took a change back is taken back in its turn
    if (!undone.length || queue.length) { return; }
    const last = undone.pop();
    keep("undone", undone);
    send({ undo: last, redo: true });
  };

  const keys = {
    ArrowUp: (event) => go(event.ctrlKey ? 0 : at.r - 1, at.c, event.shiftKey),
    ArrowDown: (event) => go(event.ctrlKey ? body.rows.length - 1 : at.r + 1, at.c, event.shiftKey),
    ArrowLeft: (event) => go(at.r, event.ctrlKey ? 0 : at.c - 1, event.shiftKey),
    ArrowRight: (event) => go(at.r, event.ctrlKey ? heads.length - 1 : at.c + 1, event.shiftKey),
    Home: (event) => go(event.ctrlKey ? 0 : at.r, 0, event.shiftKey),
    End: (event) => go(event.ctrlKey ? body.rows.length - 1 : at.r, heads.length - 1, event.shiftKey),
    PageUp: (event) => go(at.r - 10, at.c, event.shiftKey),
    PageDown: (event) => go(at.r + 10, at.c, event.shiftKey),
    Enter: () => editing(),
    F2: () => editing(),
    Escape: () => { from = at; paint(); tell(""); const cell = cellAt(at.r, at.c); if (cell.dataset.says) { restore(cell); } },
    Delete: () => put(selected().flat().map((cell) => [cell, ""])),
    Backspace: () => put(selected().flat().map((cell) => [cell, ""])),
  };
  body.addEventListener("keydown", (event) => {
    const held = event.ctrlKey || event.metaKey;
    if (held && !event.shiftKey && event.key.toLowerCase() === "z") { event.preventDefault(); undo(); return; }
    if (held && (event.key.toLowerCase() === "y" || (event.shiftKey && event.key.toLowerCase() === "z"))) { event.preventDefault(); redo(); return; }
    if (held && event.key.toLowerCase() === "d") { event.preventDefault(); fillDown(); return; }
    if (held && event.key.toLowerCase() === "a") { event.preventDefault(); from = { r: 0, c: 0 }; go(body.rows.length - 1, heads.length - 1, true); return; }
    if (event.key === "Tab" && !held) {
      const c = at.c + (event.shiftKey ? -1 : 1);
      if (c >= 0 && c < heads.length) { event.preventDefault(); go(at.r, c); }
      return;
    }
    if (keys[event.key]) { event.preventDefault(); keys[event.key](event); return; }
    if (event.key === "Process") { editing(""); return; }
    if (event.key.length === 1 && !held && !event.altKey) { event.preventDefault(); editing(event.key); }
  });
  const mine = () => !editor && body.contains(document.activeElement);
  document.addEventListener("copy", (event) => {
    if (!mine()) { return; }
    const quoted = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    event.clipboardData.setData("text/plain", selected().map((row) => row.map((cell) => quoted(textOf(cell))).join("\t")).join("\r\n"));
    event.preventDefault();
  });
  document.addEventListener("paste", (event) => {
    if (!mine()) { return; }
    event.preventDefault();
    const text = event.clipboardData.getData("text/plain");
    if (!text) { return; }
    const { top, left, bottom, right } = block();
    const rows = [...body.rows].slice(top).filter((row) => !isNew(row)).map((row) => ({ n: Number(row.dataset.n), record: row.dataset.record }));
    const names = heads.slice(left).map((head) => head.dataset.name);
    selected().flat().forEach((cell) => { if (!whyNot(cell)) { cell.classList.add("unsaved"); } });
    send({ mode: "all", paste: { text, names, rows, n: Number(body.rows[top].dataset.n) - 1, height: bottom - top + 1, width: right - left + 1, extend: !rows.length || Boolean(box.dataset.last) } });
  });
  body.addEventListener("mousedown", (event) => {
    const cell = event.target.closest("td, th");
    if (event.button || !cell || event.target.closest("a, input, select, textarea")) { return; }
    const { r, c } = placeOf(cell);
    if (c < 0 || c >= heads.length) { return; }
    event.preventDefault();
    if (editor) { editor(true); }
    go(r, c, event.shiftKey);
  });
  body.addEventListener("mouseover", (event) => {
    const cell = event.target.closest("td, th");
    if (event.buttons === 1 && cell && !editor) { const { r, c } = placeOf(cell); if (c >= 0 && c < heads.length) { go(r, c, true); } }
  });
  body.addEventListener("dblclick", (event) => { if (!event.target.closest("a, input, select, textarea")) { editing(); } });
  button("undo").addEventListener("click", undo);
  button("redo").addEventListener("click", redo);
  button("retry").addEventListener("click", pump);
  addEventListener("online", pump);
  addEventListener("beforeunload", (event) => { if (queue.length || body.querySelector(".draft")) { event.preventDefault(); } });

  [...body.rows].forEach(readied);
  addBlank();
  const first = body.rows[0] && cellAt(0, Math.min(1, heads.length - 1));
  if (first) { first.tabIndex = 0; }
  document.getElementById("bar").hidden = false;
  queue.forEach((job) => cellsOf(job).forEach(([cell, text]) => { cell.dataset.was = textOf(cell); show(cell, text); cell.classList.add("unsaved"); }));
  status();
  pump();
});
