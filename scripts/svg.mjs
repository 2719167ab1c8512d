/**
 * A few shapes of SVG, as text. Colours are classes, with a second set for dark pages; every
 * picture has a ground of its own, so that it is readable wherever it is shown.
 */

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

/** Class, in light, in dark; both are told apart from their ground by more than 3 : 1. */
const COLOURS = [
  ["ground", "#ffffff", "#0d1117"],
  ["ink", "#1f2328", "#e6edf3"],
  ["faint", "#59636e", "#9198a1"],
  ["grid", "#d1d9e0", "#3d444d"],
  ["one", "#0b7a6b", "#2dc5ac"],
  ["two", "#b5490b", "#f39a57"],
];

/** Some programs that show pictures know no variables, so each colour is two rules. */
function style() {
  const rules = (index) =>
    COLOURS.map((colour) => {
      const [name, value] = [colour[0], colour[index]];
      return `.${name}.fill{fill:${value}}.${name}.line{stroke:${value}}`;
    }).join("");
  return [
    "<style>",
    `text{font:12px ${FONT}}.line{fill:none}`,
    ".end{text-anchor:end}.middle{text-anchor:middle}.strong{font-weight:600}",
    rules(1),
    `@media (prefers-color-scheme:dark){${rules(2)}}`,
    "</style>",
  ].join("");
}

const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** At most one digit behind the point: enough for pixels. */
const px = (number) => String(Math.round(number * 10) / 10);

export function picture(width, height, title, parts) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${px(width)} ${px(height)}" ` +
      `width="${px(width)}" height="${px(height)}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    style(),
    `<rect class="ground fill" width="${px(width)}" height="${px(height)}" rx="6"/>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}

export function text(x, y, content, classes = "ink") {
  return `<text class="${classes} fill" x="${px(x)}" y="${px(y)}">${escaped(content)}</text>`;
}

export function rect(x, y, width, height, colour) {
  const size = `width="${px(width)}" height="${px(height)}"`;
  return `<rect class="${colour} fill" x="${px(x)}" y="${px(y)}" ${size} rx="1"/>`;
}

export function dot(x, y, colour) {
  return `<circle class="${colour} fill" cx="${px(x)}" cy="${px(y)}" r="3"/>`;
}

export function line(points, colour, { width = 1, dashed = false } = {}) {
  const path = points.map(([x, y]) => `${px(x)},${px(y)}`).join(" ");
  const dash = dashed ? ' stroke-dasharray="5 4"' : "";
  return `<polyline class="${colour} line" stroke-width="${width}"${dash} points="${path}"/>`;
}

/** A function from values to pixels, equal factors being equally far apart. */
export function logScale(low, high, from, to) {
  const [a, b] = [Math.log(low), Math.log(high)];
  return (value) => from + ((Math.log(value) - a) / (b - a)) * (to - from);
}

/** 1, 2 and 5 times the powers of ten within the range. */
export function logTicks(low, high, steps = [1, 2, 5]) {
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
    for (const step of steps) ticks.push(Number(`${step}e${power}`));
  }
  return ticks.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
}
