/** What came instead of what is allowed, in a few words. */

const TEXT_MAX = 100;
const KEYS_MAX = 12;

/** Never throws, whatever it is given. */
export function describe(value: unknown): string {
  try {
    if (typeof value === "string") return JSON.stringify(shortened(value));
    if (typeof value === "function") return "a function";
    if (Array.isArray(value)) return `a list of ${value.length}`;
    if (typeof value === "object" && value !== null) return `an object ${keysOf(value)}`;
    return String(value);
  } catch {
    return "something that cannot be looked at";
  }
}

function shortened(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
}

function keysOf(value: object): string {
  const keys = Object.keys(value);
  const more = keys.length > KEYS_MAX ? ", …" : "";
  return shortened(keys.slice(0, KEYS_MAX).join(", ")) + more;
}
