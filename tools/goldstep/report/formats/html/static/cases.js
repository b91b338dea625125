"use strict";
// Opens a case below its row: its inputs, what is expected, what came, what a failure means.

const MOST = 100; // values shown at once
const LONG = 160; // characters of an array shown at once
const table = document.querySelector("table.cases");
const rows = table.tBodies[0];
const of = JSON.parse(table.dataset.states); // what stands before a parameter's name, by state
const groups = new Map(); // what scripts beside the page have brought, by name
const detail = Object.assign(document.createElement("tr"), { className: "detail" });
let opened = null;

function addGroup(group) {
  groups.set([group.algorithm, group.number_format, group.group].join("/"), group);
}

function groupOf(id) {
  const name = id.split("/").slice(0, 3).join("/");
  if (groups.has(name) || !table.dataset.vectors) return Promise.resolve(groups.get(name));
  return new Promise((resolve) => {
    const script = element("script", { src: `${table.dataset.vectors}${name}.js` });
    script.onload = script.onerror = () => resolve(groups.get(name));
    document.head.append(script);
  });
}

function element(tag, properties, ...content) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...content);
  return made;
}

function facts(pairs) {
  const lines = pairs.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)));
  return element("dl", { className: "facts" }, ...lines);
}

function foldIfLong(text) {
  if (text.length <= LONG) return element("span", { className: "number" }, text);
  const rest = element("span", { className: "number" }, text);
  return element("details", {}, element("summary", {}, `${text.slice(0, LONG)} ...`), rest);
}

function arrays(byName) {
  const names = Object.keys(byName);
  return names.map((name) => `${name} = [${byName[name].join(", ")}]`).join("; ");
}

// Steps with the same gradients in a row are told once.
function* gradients(steps) {
  for (let first = 0; first < steps.length; ) {
    const text = arrays(steps[first]);
    let next = first + 1;
    while (next < steps.length && arrays(steps[next]) === text) next++;
    const label = next - first === 1 ? `gradient, step ${next}` : `gradient, steps ${first + 1} to ${next}`;
    yield [label, foldIfLong(text)];
    first = next;
  }
}

function inputs(of) {
  const isHyperParameter = ([name, value]) =>
    !["id", "description"].includes(name) && (typeof value === "string" || name === "learning_rates");
  const hyperParameters = Object.entries(of).filter(isHyperParameter);
  const steps = [...gradients(of.gradients)];
  const few = steps.slice(0, 12);
  const pairs = [
    ...hyperParameters.map(([name, value]) => [name.replaceAll("_", " "), foldIfLong(String(value))]),
    ["weights", foldIfLong(arrays(of.weights))],
    ...few,
  ];
  if (steps.length > few.length) {
    const rest = element("details", {}, element("summary", {}, `${steps.length - few.length} more`));
    rest.append(facts(steps.slice(few.length)));
    pairs.push(["gradients", rest]);
  }
  return facts(pairs);
}

// The values that are expected, in the order in which an answer has them.
function* expectedValues(steps) {
  for (const { step, ...quantities } of steps) {
    for (const [quantity, parameters] of Object.entries(quantities)) {
      for (const [name, { exact, nearest, tolerance }] of Object.entries(parameters)) {
        for (const index of nearest.keys()) {
          const value = `${of[quantity] ?? ""}${name}[${index}]`;
          const numbers = { exact: exact[index], nearest: nearest[index], tolerance: tolerance[index] };
          yield { isWeight: quantity === "weights", place: `step ${step}, ${value}`, ...numbers };
        }
      }
    }
  }
}

// What a row says of its values; a port may report its weights alone.
function told(values, row) {
  const text = (row.querySelector("td:last-child span") ?? row.querySelector("td.number")).textContent;
  const errors = text.split(" ").filter(Boolean); // none where no answer came
  const got = row.dataset.got?.split(" ");
  const reported = errors.length && errors.length < values.length ? values.filter((value) => value.isWeight) : values;
  return reported.map((value, index) => ({ ...value, error: errors[index] ?? "", got: got?.[index] }));
}

function valueTable(values) {
  const hasGot = values.some((value) => value.got); // only what failed has
  const heads = ["value", "expected", ...(hasGot ? ["received"] : []), "error in budgets", "one budget"];
  const line = ({ place, exact, nearest, got, error, tolerance }) => {
    const expected = element("td", { title: `exactly ${exact}` }, nearest);
    const others = [...(hasGot ? [got] : []), error, tolerance].map((text) => element("td", {}, text));
    const className = Number(error.replace("∞", "Infinity")) > 1 ? "wrong" : "";
    return element("tr", { className }, element("th", { scope: "row" }, place), expected, ...others);
  };
  const body = element("tbody", {}, ...values.slice(0, MOST).map(line));
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
  const made = element("table", { className: "numbers" }, element("thead", {}, head), body);
  const scroll = element("div", { className: "scroll", tabIndex: 0, role: "group", ariaLabel: "Values" }, made);
  if (values.length > MOST) {
    const more = element("button", { type: "button" }, `Show all ${values.length.toLocaleString("en")} values`);
    more.addEventListener("click", () => {
      body.append(...values.slice(MOST).map(line));
      more.remove();
    });
    scroll.append(more);
  }
  return scroll;
}

function outcome(of, group, row) {
  const { rejected, choices } = of.expected;
  if (rejected) return [element("p", {}, `The input has to be refused: ${rejected}`)];
  const choice = choices && (Object.hasOwn(choices, row.dataset.choice) ? row.dataset.choice : Object.keys(choices)[0]);
  const columns = choices ? choices[choice] : of.expected;
  const said = [];
  if (choices) {
    said.push(element("p", {}, "Any one of these results conforms; the values below are by ", element("strong", {}, choice), "."));
    said.push(facts(Object.keys(choices).map((name) => [name, group.choices[name]])));
  }
  return [...said, valueTable(told([...expectedValues(columns[table.dataset.column])], row))];
}

function explained(of, group, row) {
  const parts = [element("p", {}, of.description), inputs(of), ...outcome(of, group, row)];
  if (of.flags.length) {
    parts.push(element("p", {}, "A failure here most likely means:"));
    parts.push(facts(of.flags.map((flag) => [flag, group.flags[flag]])));
  }
  return parts;
}

async function show(row) {
  opened?.classList.remove("opened");
  opened = row;
  detail.remove();
  if (!row) return;
  row.classList.add("opened");
  row.hidden = false;
  const id = decoded(row.id.slice("case=".length));
  const group = await groupOf(id);
  if (opened !== row) return;
  const of = group?.cases.find((each) => each.id === id);
  const parts = of ? explained(of, group, row) : [element("p", {}, "The vectors of this report were not here when it was made.")];
  const command = element("p", { className: "quiet" }, "In a terminal: ", element("code", {}, `goldstep vectors show ${id}`));
  detail.replaceChildren(element("td", { colSpan: row.cells.length }, ...parts, command));
  place();
}

function place() {
  if (!opened) return;
  opened.after(detail);
  detail.hidden = opened.hidden;
}

function showAddress() {
  const id = address().get("case");
  const row = id && document.getElementById(`case=${id}`);
  if (row === opened) return;
  show(row);
  row?.scrollIntoView({ behavior: "instant" });
}

rows.addEventListener("click", (event) => {
  const row = event.target.closest("th a")?.closest("tr");
  if (!row) return;
  event.preventDefault();
  const isOpen = row === opened;
  toAddress({ case: isOpen ? "" : row.id.slice("case=".length) });
  show(isOpen ? null : row);
});
rows.addEventListener("arranged", place);
addEventListener("hashchange", showAddress);
showAddress();
