/**
 * The charts of bench/charts/, made from the rows of bench/latest.jsonl by `npm run docs`.
 *
 *     ratios.svg   main rows        how many times ahead of the best peer, one bar each
 *     savina.svg   whole programs   the same, to Erlang
 *     growth.svg   rows of growth   a figure over the number of actors, threads, bytes
 *
 * Ratios stand on a log scale: twice as fast and half as fast are equally far from 1. A row that is
 * compared with ourselves ("no spin") is no ratio to a peer, and is left out.
 */

import { dot, line, logScale, logTicks, picture, rect, text } from "./svg.mjs";

const WIDTH = 830;

/** What each group's rows become, by file name; nothing where there are no rows. */
export function charts(rows) {
  const made = {
    "ratios.svg": ratios(rows, "main", "Times ahead of the best peer"),
    "savina.svg": ratios(rows, "savina", "Times ahead of Erlang: whole programs"),
    "growth.svg": growth(rows.filter((row) => row.growth !== undefined)),
  };
  return Object.entries(made).filter(([, svg]) => svg !== undefined);
}

/** Rows of latest.jsonl that name no group are older than groups. */
export const groupOf = (row) => row.group ?? "main";

const LABELS = 330;
const BARS_END = 700;
const ROW = 19;
const BAR = 11;
const TOP = 58;
const BOTTOM = 14;

/** The row that sums the others up. */
const MEAN = /geometric mean/;

/** Where the peer is ourselves. */
const SELF = "no spin";

function ratios(all, group, title) {
  const rows = all.filter(
    (row) => groupOf(row) === group && row.ratioBest !== null && !(SELF in row.peers),
  );
  if (rows.length === 0) return undefined;
  const values = rows.map((row) => row.ratioBest);
  const [low, high] = [Math.min(0.5, ...values) / 1.1, Math.max(2, ...values) * 1.1];
  const x = logScale(low, high, LABELS, BARS_END);
  const height = TOP + rows.length * ROW + BOTTOM;
  const ticks = logTicks(low, high, [1, 2, 5]).flatMap((tick) => [
    line(
      [
        [x(tick), TOP - 6],
        [x(tick), height - BOTTOM],
      ],
      "grid",
    ),
    text(x(tick), TOP - 12, `${tick} ×`, "faint middle"),
  ]);
  const bars = rows.flatMap((row, index) => bar(row, x, TOP + index * ROW));
  const one = line(
    [
      [x(1), TOP - 6],
      [x(1), height - BOTTOM],
    ],
    "ink",
    { width: 1.5 },
  );
  return picture(WIDTH, height, title, [
    text(16, 24, `${title} (log scale; left of the line we are behind)`, "ink strong"),
    ...[...ticks, ...bars, one],
  ]);
}

function bar(row, x, top) {
  const { name, ratioBest } = row;
  const [left, right] = [Math.min(x(1), x(ratioBest)), Math.max(x(1), x(ratioBest))];
  const middle = top + ROW / 2;
  const label = MEAN.test(name) ? "ink end strong" : "ink end";
  return [
    text(LABELS - 12, middle + 4, name.replace(/^Savina,? /, ""), label),
    rect(left, middle - BAR / 2, Math.max(1, right - left), BAR, ratioBest >= 1 ? "one" : "two"),
    text(right + 6, middle + 4, `${ratioBest.toPrecision(2)} × ${bestPeer(row)}`, "faint"),
  ];
}

/** The peer that `ratioBest` is about; whether more is better shows in which division gives it. */
function bestPeer({ ours, peers, ratioBest }) {
  const distance = (value) =>
    Math.min(Math.abs(ours / value / ratioBest - 1), Math.abs(value / ours / ratioBest - 1));
  const ranked = Object.entries(peers).toSorted(([, a], [, b]) => distance(a) - distance(b));
  return ranked[0][0];
}

/** The panels of growth: what each chart is called, and how its axes are written. */
const PANELS = [
  { chart: "actors", title: "ns for a message", of: "actors" },
  { chart: "payload", title: "MB/s across threads", of: "bytes in a message" },
  { chart: "threads", title: "jobs of 20 µs, jobs/s", of: "threads" },
];

const PANEL = { width: WIDTH / PANELS.length, left: 52, right: 14, top: 50, height: 190 };
const LEGEND = 17;

function growth(rows) {
  const panels = PANELS.map((panel) => ({ ...panel, curves: curves(rows, panel.chart) }));
  const shown = panels.filter((panel) => panel.curves.length > 0);
  if (shown.length === 0) return undefined;
  const legends = Math.max(...shown.map((panel) => panel.curves.length));
  const height = PANEL.top + PANEL.height + 58 + legends * LEGEND;
  const parts = shown.flatMap((panel, index) => drawPanel(panel, index * PANEL.width));
  return picture(WIDTH, height, "What becomes of figures as something grows", parts);
}

/** One curve for each contender and, where there are several, series; ours first. */
function curves(all, chart) {
  const found = new Map();
  const rows = all.filter((row) => row.growth.chart === chart);
  const several = new Set(rows.map((row) => row.growth.series)).size > 1;
  for (const { growth: point, ours, peers } of rows) {
    for (const [contender, value] of Object.entries({ sabeam: ours, ...peers })) {
      const key = several ? `${contender}, ${point.series}` : contender;
      const curve = found.get(key) ?? { name: key, ours: contender === "sabeam", points: [] };
      curve.points.push([point.at, value]);
      found.set(key, curve);
    }
  }
  const list = [...found.values()];
  for (const { points } of list) points.sort(([a], [b]) => a - b);
  return [...list.filter(({ ours }) => ours), ...list.filter(({ ours }) => !ours)];
}

function drawPanel({ title, of, curves: list }, left) {
  const points = list.flatMap((curve) => curve.points);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [low, high] = [Math.min(...ys) / 1.3, Math.max(...ys) * 1.3];
  const bottom = PANEL.top + PANEL.height;
  const [from, to] = [left + PANEL.left, left + PANEL.width - PANEL.right];
  const x = logScale(Math.min(...xs), Math.max(...xs), from, to);
  const y = logScale(low, high, bottom, PANEL.top);
  const levels = logTicks(low, high, high / low > 50 ? [1] : [1, 2, 5]).flatMap((tick) => [
    line(
      [
        [from, y(tick)],
        [to, y(tick)],
      ],
      "grid",
    ),
    text(from - 6, y(tick) + 4, short(tick), "faint end"),
  ]);
  const places = [...new Set(xs)].map((at) => text(x(at), bottom + 17, short(at), "faint middle"));
  return [
    text(left + 16, 26, title, "ink strong"),
    ...[...levels, ...places],
    text((from + to) / 2, bottom + 35, of, "faint middle"),
    ...list.flatMap((curve, index) => drawCurve(curve, index, { x, y, left, bottom, list })),
  ];
}

/** Ours in the first colour, peers in the second; the second curve of either is dashed. */
function drawCurve(curve, index, { x, y, left, bottom, list }) {
  const colour = curve.ours ? "one" : "two";
  const dashed = list.slice(0, index).some(({ ours }) => ours === curve.ours);
  const points = curve.points.map(([at, value]) => [x(at), y(value)]);
  const legend = bottom + 56 + index * LEGEND;
  const [from, to] = [left + PANEL.left, left + PANEL.left + 26];
  return [
    line(points, colour, { width: 2, dashed }),
    ...points.map(([px, py]) => dot(px, py, colour)),
    line(
      [
        [from, legend - 4],
        [to, legend - 4],
      ],
      colour,
      { width: 2, dashed },
    ),
    text(to + 8, legend, curve.name, "ink"),
  ];
}

/** 500, 4 k, 64 k, 1 M, of 1000 or, for whole multiples of it, of 1024. */
function short(value) {
  const thousand = value % 1024 === 0 ? 1024 : 1000;
  if (value >= thousand ** 2) return `${Math.round(value / thousand ** 2)} M`;
  return value >= thousand ? `${Math.round(value / thousand)} k` : String(value);
}
