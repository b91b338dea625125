// rmsprop.mjs behind the protocol goldstep-port/1.
import { RMSProp } from "./rmsprop.mjs";

// Maps, because parameters may have any name: "__proto__" too.
const readArrays = (arrays) =>
  new Map(Object.entries(arrays).map(([name, texts]) => [name, Float64Array.from(texts, Number)]));

const writeArrays = (arrays) =>
  Object.fromEntries(Array.from(arrays, ([name, array]) => [name, Array.from(array, write)]));

// String gives a decimal that reads back to the same bits, but "0" for minus zero.
const write = (number) => (Object.is(number, -0) ? "-0.0" : String(number));

const optional = (text) => (text === undefined ? undefined : Number(text));

function start() {
  return {
    implementation: {
      name: "rmsprop.mjs",
      version: "1",
      language: "JavaScript",
      language_version: process.version,
    },
    number_format: "float64",
    reports: ["moving_average"],
  };
}

function echo(request) {
  return { values: request.values.map(Number).map(write) };
}

function run(request) {
  // What is not given is undefined, and left to the program's own defaults.
  const optimizer = new RMSProp({
    learningRate: optional(request.learning_rate),
    decayRate: optional(request.decay_rate),
    epsilon: optional(request.epsilon),
  });
  const weights = readArrays(request.weights);
  const steps = [];
  request.gradients.forEach((gradients, index) => {
    optimizer.updateWeights(readArrays(gradients), weights);
    if (request.record.includes(index + 1)) {
      steps.push({
        weights: writeArrays(weights),
        moving_average: writeArrays(optimizer.movingAverage),
      });
    }
  });
  return { steps };
}

const commands = { start, echo, run };

function answer(request) {
  try {
    return { seq: request.seq, ok: true, ...commands[request.cmd](request) };
  } catch (error) {
    const { stack: trace } = error;
    return { seq: request.seq, ok: false, error: { kind: "failed", message: String(error), trace } };
  }
}

// Not node:readline, which can end a line at U+2028 too: a name may have one.
async function* lines(input) {
  let rest = "";
  for await (const text of input.setEncoding("utf8")) {
    const parts = (rest + text).split("\n");
    rest = parts.pop();
    yield* parts;
  }
}

for await (const line of lines(process.stdin)) {
  const request = JSON.parse(line);
  if (request.cmd === "stop") break;
  process.stdout.write(JSON.stringify(answer(request)) + "\n");
}
