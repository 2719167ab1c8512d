/** Texts that msgpackr would change. */

const BYTE_ORDER_MARK = 0xfeff;

/** A decoder of UTF-8 replaces lone surrogates, and drops a byte order mark at the start. */
export function isFragile(text: string): boolean {
  return !text.isWellFormed() || text.charCodeAt(0) === BYTE_ORDER_MARK;
}

/** Also: msgpackr renames `__proto__`, and marks the nodes of its tree of keys with `__keys__`. */
export function isFragileKey(key: string): boolean {
  return key === "__proto__" || key === "__keys__" || isFragile(key);
}
