"use strict";
// Makes the pages handier: filters, sorting, copying.

// What is searched for and what is open stands in the address: #outcome=failed&case=...
function address() {
  const parts = location.hash.slice(1).split("&");
  return new Map(parts.filter((part) => part.includes("=")).map((part) => part.split(/=(.*)/s, 2)));
}

function toAddress(changes) {
  const parts = address();
  for (const [name, value] of Object.entries(changes)) {
    if (value) parts.set(name, value);
    else parts.delete(name);
  }
  const text = [...parts].map((part) => part.join("=")).join("&");
  history.replaceState(null, "", text ? `#${text}` : location.href.split("#")[0]);
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // as somebody wrote it by hand
  }
}

function filter(form) {
  const list = document.getElementById(form.dataset.filter);
  const items = [...list.querySelectorAll("[data-item]")];
  const texts = items.map((item) => item.textContent.toLowerCase());
  const search = form.querySelector("input");
  const selects = [...form.querySelectorAll("select")];
  const output = form.querySelector("output");

  function apply() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    items.forEach((item, index) => {
      const fits =
        words.every((word) => texts[index].includes(word)) &&
        selects.every((select) => !select.value || item.dataset[select.dataset.key] === select.value);
      if (item.hidden === fits) item.hidden = !fits;
      shown += fits;
    });
    const all = items.length.toLocaleString("en");
    output.textContent = shown === items.length ? `${all} shown` : `${shown.toLocaleString("en")} of ${all} shown`;
    for (const fold of list.querySelectorAll(".fold")) {
      fold.hidden = !fold.querySelector("[data-item]:not([hidden])");
      if (shown < items.length) fold.open = true;
    }
    list.dispatchEvent(new Event("arranged"));
  }

  function write() {
    const controls = [search, ...selects];
    toAddress(Object.fromEntries(controls.map((each) => [each.name, encodeURIComponent(each.value)])));
    apply();
  }

  function read() {
    const parts = address();
    search.value = decoded(parts.get(search.name) ?? "");
    for (const select of selects) {
      const value = decoded(parts.get(select.name) ?? "");
      select.value = [...select.options].some((option) => option.value === value) ? value : "";
    }
    apply();
  }

  let waiting;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(write, 80);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    form.reset();
    write();
  });
  form.addEventListener("change", write);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", read);
  form.hidden = false;
  read();
}

// What a link leads to is opened, and shown again if it was filtered out.
function reveal() {
  const target = document.getElementById(location.hash.slice(1));
  const folds = [...document.querySelectorAll("details")].filter((fold) => fold.contains(target));
  if (target?.matches("article")) folds.push(...target.querySelectorAll(".folded"));
  for (const fold of folds) fold.open = true;
  target?.scrollIntoView({ behavior: "instant" }); // it may be far
}

function sortable(table) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    if (!("sort" in head.dataset)) return;
    const numeric = head.dataset.sort === "number";
    const key = (row) => {
      const cell = row.cells[column];
      if (!numeric) return cell.textContent;
      const number = Number(cell.dataset.number ?? "-Infinity");
      return Number.isNaN(number) ? Infinity : number; // what cannot be measured is worst
    };
    const compare = numeric
      ? (a, b) => (a[0] === b[0] ? 0 : a[0] < b[0] ? 1 : -1)
      : (a, b) => (a[0] === b[0] ? 0 : a[0] < b[0] ? -1 : 1);
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const forth = numeric ? "descending" : "ascending";
      const back = numeric ? "ascending" : "descending";
      const turned = head.getAttribute("aria-sort") === forth;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", turned ? back : forth);
      const order = rows.map((row) => [key(row), row]).sort(compare);
      if (turned) order.reverse();
      body.append(...order.map(([, row]) => row));
      body.dispatchEvent(new Event("arranged"));
    });
  });
}

function copyable(pre) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  const said = document.createElement("span");
  said.className = "said";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(pre.textContent);
      said.textContent = "Copied";
    } catch {
      // Where a page from the disk may not write there, the text is selected, ready to be copied.
      getSelection().selectAllChildren(pre);
      said.textContent = "Selected: press Ctrl+C";
    }
    setTimeout(() => (said.textContent = ""), 3000);
  });
  pre.previousElementSibling.append(button, said);
}

function leadToCases(grid) {
  grid.addEventListener("click", ({ target }) => {
    if ("place" in target.dataset) location.href = `${grid.dataset.cases}#${target.dataset.place}`;
  });
}

document.querySelectorAll("form[data-filter]").forEach(filter);
document.querySelectorAll("table.cases").forEach(sortable);
document.querySelectorAll("[data-copy]").forEach(copyable);
document.querySelectorAll(".grid").forEach(leadToCases);
addEventListener("hashchange", reveal);
if (location.hash) reveal();
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector("form[data-filter] input");
  if (search) {
    event.preventDefault();
    search.focus();
  }
});
// Paper shows what a window folds.
addEventListener("beforeprint", () => {
  document.querySelectorAll(".reproduction, .fold, .folded").forEach((each) => (each.open = true));
});
