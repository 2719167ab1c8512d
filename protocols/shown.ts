/** Values in the messages of errors. */

const SHOWN_MAX = 100;

/** What came instead, in a few words. Never throws, whatever it is given. */
export function shown(value: unknown): string {
  try {
    const isJson = typeof value === "string" || typeof value === "object";
    const text = isJson ? JSON.stringify(value) : String(value);
    return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
  } catch {
    return "something that cannot be shown";
  }
}
