"use strict";
// Makes the pages handier: filters, sorting, copying. Everything is there without it.

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
  }

  function clear() {
    form.reset();
    apply();
  }

  let waiting;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 80);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
  });
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  // What a link leads to is shown, whatever was searched for.
  addEventListener("hashchange", () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target?.hidden && list.contains(target)) {
      clear();
      target.scrollIntoView();
    }
  });
  form.hidden = false;
  apply();
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
  grid.addEventListener("click", (event) => {
    if (event.target.tagName !== "I") return;
    const number = [...grid.querySelectorAll("i")].indexOf(event.target);
    location.href = `${grid.dataset.cases}#case-${number}`;
  });
}

document.querySelectorAll("form[data-filter]").forEach(filter);
document.querySelectorAll("table.cases").forEach(sortable);
document.querySelectorAll("[data-copy]").forEach(copyable);
document.querySelectorAll(".grid").forEach(leadToCases);
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
  document.querySelectorAll("details.reproduction").forEach((each) => (each.open = true));
});
