/**
 * `npm run docs`: writes examples and numbers into README.md and ARCHITECTURE.md of the current
 * folder, so that no code and no figure there is copied by hand. With `--check` it writes nothing,
 * says what differs, and exits with 1.
 *
 *     <!-- example: examples/counter.ts -->      followed by a fenced block: the file, with its
 *                                                imports as a user of the package writes them
 *     <!-- bench --> … <!-- /bench -->           a table made from bench/latest.jsonl
 *
 * Left out: other languages than TypeScript, and any judgement of the numbers.
 */

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const PAGES = ["README.md", "ARCHITECTURE.md"];
const FIGURES = "bench/latest.jsonl";
const EXAMPLE = /<!-- example: (\S+) -->\n(?:```ts\n[\s\S]*?\n```\n)?/g;
const BENCH = /<!-- bench -->\n[\s\S]*?<!-- \/bench -->/g;
/** What `<!-- bench` without its end, or an example with a typing error, looks like. */
const MARKER = /<!-- *\/?(example|bench)\b.*/g;

const read = (path) => readFileSync(path, "utf8");

/** The file as a user of the package would write it. */
function example(path) {
  const text = read(path)
    .replace(/(["'])\.\.\/actors\/index\.ts\1/g, '"sabeam"')
    .replace(/(["'])\.\.\/runtime\/index\.ts\1/g, '"sabeam/runtime"')
    .trimEnd();
  return `<!-- example: ${path} -->\n\`\`\`ts\n${text}\n\`\`\`\n`;
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

function table() {
  if (!existsSync(FIGURES)) throw new Error(`there is no ${FIGURES}: run \`npm run bench\` first`);
  const lines = read(FIGURES).split("\n");
  const rows = lines.filter((text) => text.trim() !== "").map((text) => JSON.parse(text));
  const body = rows.map(({ name, unit, ours, peers, ratioBest, rounds, threads }) => {
    const others = Object.entries(peers).map(([peer, value]) => `${peer} ${figure(value)}`);
    const ratio = typeof ratioBest === "number" ? `${figure(ratioBest)} ×` : "–";
    const sums = [figure(ours), others.join(", ") || "–", ratio];
    return line([name, unit, ...sums, threads, rounds]);
  });
  const head = ["what", "unit", "sabeam", "peers", "to the best peer", "threads", "rounds"];
  const rule = ["---", "---", "--:", "---", "--:", "--:", "--:"];
  const parts = [caption(rows), "", line(head), line(rule), ...body];
  return `<!-- bench -->\n${parts.join("\n")}\n<!-- /bench -->`;
}

/** The page with every block replaced; throws if a marker cannot be served. */
function render(text) {
  let served = 0;
  const page = text
    .replace(EXAMPLE, (_block, path) => {
      served += 1;
      return example(path);
    })
    .replace(BENCH, () => {
      served += 2;
      return table();
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
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".actors.ts"))
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

const check = process.argv.includes("--check");
const problems = PAGES.filter(existsSync).flatMap((page) => update(page, check));
problems.push(...unnamed());
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
