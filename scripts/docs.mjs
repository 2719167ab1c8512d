/**
 * `npm run docs`: writes examples and numbers into the pages of the current folder (PAGES), so that
 * no code and no figure there is copied by hand, and the charts of bench/charts/. With `--check` it
 * writes nothing, says what differs, and exits with 1.
 *
 *     <!-- example: examples/counter.ts -->      followed by a fenced block: the file, with its
 *                                                imports as a user of the package writes them
 *     <!-- bench --> … <!-- /bench -->           chart and table made from bench/latest.jsonl
 *     <!-- bench savina --> … <!-- /bench -->    the same of another group of rows, folded; empty
 *                                                if that file has none
 *
 * Left out: other languages than TypeScript and JavaScript, and any judgement of the numbers.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { charts, groupOf } from "./charts.mjs";

const PAGES = ["README.md", "ARCHITECTURE.md", "protocols/README.md"];
const FIGURES = "bench/latest.jsonl";
const EXAMPLE = /<!-- example: (\S+) -->\n(?:```[jt]s\n[\s\S]*?\n```\n)?/g;
/** A second word in the name (`counter.actors.ts`) is for files that belong to an example. */
const EXAMPLE_NAME = /^[\w-]+\.ts$/;
const CHARTS = "bench/charts";
const BENCH = /<!-- bench(?: (growth|savina|micro))? -->\n[\s\S]*?<!-- \/bench -->/g;
/** What `<!-- bench` without its end, or an example with a typing error, looks like. */
const MARKER = /<!-- *\/?(example|bench)\b.*/g;

const read = (path) => readFileSync(path, "utf8");

/** The file as a user of the package would write it. */
function example(path) {
  const text = read(path)
    .replace(/(["'])\.\.\/actors\/index\.ts\1/g, '"sabeam"')
    .replace(/(["'])\.\.\/actors\/(\w+)\/index\.ts\1/g, '"sabeam/$2"')
    .replace(/(["'])\.\.\/protocols\/index\.ts\1/g, '"sabeam/protocols"')
    .replace(/(["'])\.\.\/runtime\/index\.ts\1/g, '"sabeam/runtime"')
    .trimEnd();
  const language = path.endsWith(".ts") ? "ts" : "js";
  return `<!-- example: ${path} -->\n\`\`\`${language}\n${text}\n\`\`\`\n`;
}

/** Three significant digits, thousands apart: 1 230 000, 45.6, 0.0123. */
function figure(number) {
  const rounded = Number(number.toPrecision(3));
  if (Math.abs(rounded) < 1000) return String(rounded);
  return Math.round(rounded).toLocaleString("en").replaceAll(",", " ");
}

const line = (cells) => `| ${cells.join(" | ")} |`;

/** Numbers of different machines say nothing beside each other, so they are refused. */
function caption(rows) {
  const setups = new Set(rows.map(({ cpu, node }) => `${cpu}, Node ${node.replace(/^v/, "")}`));
  if (setups.size !== 1) throw new Error(`${FIGURES} mixes setups: ${[...setups].join("; ")}`);
  return `Each row side by side with its peers, on ${[...setups][0]}.`;
}

function measured() {
  if (!existsSync(FIGURES)) throw new Error(`there is no ${FIGURES}: run \`npm run bench\` first`);
  const lines = read(FIGURES).split("\n");
  return lines.filter((text) => text.trim() !== "").map((text) => JSON.parse(text));
}

function table(rows) {
  const body = rows.map(({ name, unit, ours, peers, ratioBest, rounds, threads }) => {
    const others = Object.entries(peers).map(([peer, value]) => `${peer} ${figure(value)}`);
    const ratio = typeof ratioBest === "number" ? `${figure(ratioBest)} ×` : "–";
    const sums = [figure(ours), others.join(", ") || "–", ratio];
    return line([name, unit, ...sums, threads, rounds]);
  });
  const head = ["what", "unit", "sabeam", "peers", "to the best peer", "threads", "rounds"];
  const rule = ["---", "---", "--:", "---", "--:", "--:", "--:"];
  return [line(head), line(rule), ...body];
}

/** Of each group: its chart and what that shows, what stands above, the folded table's name. */
const GROUPS = {
  main: { chart: "ratios.svg", alt: "Times ahead of the best peer, for each row of the table" },
  growth: {
    ...{ chart: "growth.svg", alt: "Curves over the number of actors, bytes and threads" },
    intro: "What becomes of a figure while the number of actors, bytes or threads grows:",
    summary: "The figures of growth",
  },
  savina: {
    ...{ chart: "savina.svg", alt: "Times ahead of Erlang, for each program" },
    intro:
      "Whole programs after the Savina suite, each beside the same program in Erlang, on as many " +
      "cores:",
    summary: "The figures of the programs",
  },
  micro: { summary: "Micro-benchmarks: parts of the runtime by themselves" },
};

function group(name) {
  const all = measured();
  const rows = all.filter((row) => groupOf(row) === name);
  if (rows.length === 0) return [];
  const { chart, alt, intro, summary } = GROUPS[name];
  const shown = table(rows);
  return [
    ...(name === "main" ? [caption(all), ""] : []),
    ...(intro === undefined ? [] : [intro, ""]),
    ...(chart === undefined ? [] : [`![${alt}](${CHARTS}/${chart})`, ""]),
    ...(summary === undefined
      ? shown
      : [`<details><summary>${summary}</summary>`, "", ...shown, "", "</details>"]),
  ];
}

function block(name) {
  const marker = name === undefined ? "bench" : `bench ${name}`;
  return [`<!-- ${marker} -->`, ...group(name ?? "main"), "<!-- /bench -->"].join("\n");
}

/** The page with every block replaced; throws if a marker cannot be served. */
function render(text) {
  let served = 0;
  const page = text
    .replace(EXAMPLE, (_block, path) => {
      served += 1;
      return example(path);
    })
    .replace(BENCH, (_block, name) => {
      served += 2;
      return block(name);
    });
  const markers = text.match(MARKER) ?? [];
  if (markers.length !== served) throw new Error(`a marker is misspelt: ${markers.join(" ")}`);
  return page;
}

/** Examples that no page shows and none names: nobody would find them. */
function unnamed() {
  const examples = existsSync("examples") ? readdirSync("examples") : [];
  const pages = PAGES.filter(existsSync).map(read).join("\n");
  return examples
    .filter((name) => EXAMPLE_NAME.test(name))
    .map((name) => `examples/${name}`)
    .filter((path) => !pages.includes(path))
    .map((path) => `${path}: neither shown nor named in ${PAGES.join(" or ")}`);
}

/** Renders one page; returns what is wrong with it. */
function update(page, check) {
  try {
    const text = read(page);
    const rendered = render(text);
    if (rendered === text) return [];
    if (check) return [`${page}: differs from its sources; run \`npm run docs\``];
    writeFileSync(page, rendered);
    console.log(`${page}: written`);
    return [];
  } catch (error) {
    return [`${page}: ${error.message}`];
  }
}

/** Draws the charts; returns what is wrong with them. */
function draw(check) {
  if (!existsSync(FIGURES)) return [];
  return charts(measured()).flatMap(([name, svg]) => {
    const path = `${CHARTS}/${name}`;
    if (existsSync(path) && read(path) === svg) return [];
    if (check) return [`${path}: differs from ${FIGURES}; run \`npm run docs\``];
    mkdirSync(CHARTS, { recursive: true });
    writeFileSync(path, svg);
    console.log(`${path}: written`);
    return [];
  });
}

const check = process.argv.includes("--check");
const problems = PAGES.filter(existsSync).flatMap((page) => update(page, check));
problems.push(...draw(check), ...unnamed());
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
