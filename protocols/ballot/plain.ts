/** Data as JSON knows it, of bounded size: what a proposal may be. */

/** True for null, texts, finite numbers, booleans, and lists and plain objects of such. */
export function isPlain(value: unknown, charsMax: number): boolean {
  return isTree(value, charsMax) && JSON.stringify(value).length <= charsMax;
}

/** Each value takes a character at least, so what has more values is too long, or goes in circles. */
function isTree(root: unknown, valuesMax: number): boolean {
  const open: unknown[] = [root];
  for (let count = 0; open.length > 0; count += 1) {
    if (count + open.length > valuesMax) return false;
    const value = open.pop();
    if (typeof value === "object" && value !== null) {
      if (!isList(value) && !isRecord(value)) return false;
      for (const item of Object.values(value)) open.push(item);
    } else if (!isLeaf(value)) return false;
  }
  return true;
}

const isLeaf = (value: unknown): boolean =>
  value === null ||
  typeof value === "string" ||
  typeof value === "boolean" ||
  (typeof value === "number" && Number.isFinite(value));

const isList = (value: object): boolean => Array.isArray(value);

function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
