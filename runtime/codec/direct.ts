/**
 * The short way for most messages: plain data of known shapes, written straight into the scratch.
 *
 *     value ──**direct**──► bytes           the very bytes that msgpackr would write
 *           └── anything else: false ──► check.ts, msgpackr
 *
 * It knows null, undefined, booleans, numbers, text, arrays, and plain objects whose shape all
 * threads know. At whatever else it gives up without a word: a shape to be defined, a value to be
 * replaced, one to be refused, no room. The long way then starts anew and decides; so this file has
 * no errors and no paths, and none of it is needed for a correct result.
 *
 * Costs less than half of the long way, and allocates nothing. What has been written before it gave
 * up is lost time, but never more than the scratch holds.
 */

import { isFragile } from "./fragile.ts";
import type { ShapeSource } from "./shapes.ts";

const PLAIN = Object.prototype;
const LIST = Array.prototype;
const { getOwnPropertySymbols, getPrototypeOf } = Object;

/** Deeper values go the long way, which says what is wrong with them. */
const DEPTH_MAX = 32;

/** Up to this many characters a loop is faster than the native encoder. */
const LOOP_CHARS_MAX = 63;

/** No scalar but a text needs more. */
const SCALAR_BYTES_MAX = 10;

/** Keys of shapes as a tree. The key that was asked for last is found without the map. */
class Node {
  /** Of the shape that ends here; -1 if none does. */
  id = -1;
  keys: readonly string[] = [];
  #lastKey: string | undefined;
  #last: Node | undefined;
  readonly #next = new Map<string, Node>();

  step(key: string): Node | undefined {
    if (key === this.#lastKey) return this.#last;
    const next = this.#next.get(key);
    if (next === undefined) return undefined;
    this.#lastKey = key;
    this.#last = next;
    return next;
  }

  grow(key: string): Node {
    const next = this.#next.get(key) ?? new Node();
    this.#next.set(key, next);
    return next;
  }
}

export class Direct {
  readonly #root = new Node();
  #bytes: Buffer = Buffer.alloc(0);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #end = 0;
  #runs = 0;

  /** Takes the shapes with ids from `from` up to `to` into account. */
  learn(shapes: ShapeSource, from: number, to: number): void {
    for (let id = from; id < to; id += 1) {
      const keys = shapes.get(id);
      let node = this.#root;
      for (const key of keys) node = node.grow(key);
      node.id = id;
      node.keys = keys;
    }
  }

  /** @returns the number of bytes written from the start of `bytes`; 0 if it gave up. */
  write(value: unknown, bytes: Buffer): number {
    // Loops over the keys of an object would meet these too.
    for (const _ in PLAIN) return 0;
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.#at = 0;
    this.#end = bytes.length - SCALAR_BYTES_MAX;
    this.#runs = (this.#runs + 1) | 0;
    const run = this.#runs;
    const done = this.#value(value, 0);
    // Another run: a getter has sent a message of its own, which lies where this one was.
    return done && run === this.#runs ? this.#at : 0;
  }

  #value(value: unknown, depth: number): boolean {
    if (this.#at > this.#end) return false;
    switch (typeof value) {
      case "string":
        return this.#text(value);
      case "number":
        return this.#number(value);
      case "boolean":
        this.#bytes[this.#at++] = value ? 0xc3 : 0xc2;
        return true;
      case "undefined":
        this.#bytes[this.#at++] = 0xd4;
        this.#bytes[this.#at++] = 0;
        this.#bytes[this.#at++] = 0;
        return true;
      case "object":
        return this.#object(value, depth);
      default:
        return false;
    }
  }

  #object(value: object | null, depth: number): boolean {
    if (value === null) {
      this.#bytes[this.#at++] = 0xc0;
      return true;
    }
    if (depth >= DEPTH_MAX) return false;
    const prototype = getPrototypeOf(value);
    if (prototype === PLAIN) return this.#plain(value as Record<string, unknown>, depth);
    return prototype === LIST && Array.isArray(value) && this.#array(value, depth);
  }

  #plain(value: Record<string, unknown>, depth: number): boolean {
    let node: Node | undefined = this.#root;
    for (const key in value) {
      node = node.step(key);
      if (node === undefined) return false;
    }
    const { id, keys } = node;
    if (id < 0 || getOwnPropertySymbols(value).length > 0) return false;
    this.#shape(id);
    let index = 0;
    for (const key in value) {
      // A getter or a proxy may have changed the keys meanwhile.
      if (key !== keys[index]) return false;
      if (!this.#value(value[key], depth + 1)) return false;
      index += 1;
    }
    return index === keys.length;
  }

  /** Ids from 32 on have two bytes; msgpackr numbers them from 0x60. */
  #shape(id: number): void {
    if (id < 32) this.#bytes[this.#at++] = 0x40 + id;
    else {
      this.#bytes[this.#at++] = 0x60 + (id & 31);
      this.#bytes[this.#at++] = (id - 32) >> 5;
    }
  }

  #array(value: readonly unknown[], depth: number): boolean {
    const { length } = value;
    if (length < 0x10) this.#bytes[this.#at++] = 0x90 | length;
    else if (length < 0x10000) this.#head(0xdc, length, 2);
    else return false;
    for (let index = 0; index < length; index += 1) {
      const item = value[index];
      if (item === undefined && !Object.hasOwn(value, index)) return false;
      if (!this.#value(item, depth + 1)) return false;
    }
    return true;
  }

  #number(value: number): boolean {
    if (value >>> 0 === value) {
      if (value === 0 && 1 / value < 0) return false;
      if (value < 0x40) this.#bytes[this.#at++] = value;
      else if (value < 0x100) this.#head(0xcc, value, 1);
      else if (value < 0x10000) this.#head(0xcd, value, 2);
      else this.#head(0xce, value, 4);
    } else if ((value | 0) === value) {
      if (value >= -0x20) this.#bytes[this.#at++] = value;
      else if (value >= -0x80) this.#head(0xd0, value, 1);
      else if (value >= -0x8000) this.#head(0xd1, value, 2);
      else this.#head(0xd2, value, 4);
    } else {
      this.#bytes[this.#at] = 0xcb;
      this.#view.setFloat64(this.#at + 1, value);
      this.#at += 9;
    }
    return true;
  }

  #text(text: string): boolean {
    const { length } = text;
    const at = this.#at;
    if (length > LOOP_CHARS_MAX) return this.#longText(text);
    if (at + length > this.#end) return false;
    const bytes = this.#bytes;
    let place = at + (length < 0x20 ? 1 : 2);
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return this.#longText(text);
      bytes[place++] = code;
    }
    if (length < 0x20) bytes[at] = 0xa0 | length;
    else {
      bytes[at] = 0xd9;
      bytes[at + 1] = length;
    }
    this.#at = place;
    return true;
  }

  /** With UTF-8, the number of bytes and so the size of the head are known only afterwards. */
  #longText(text: string): boolean {
    const most = 3 * text.length;
    if (this.#at + most > this.#end || isFragile(text)) return false;
    const at = this.#at;
    const guess = textHeadBytes(text.length);
    const length = this.#bytes.write(text, at + guess);
    const head = textHeadBytes(length);
    if (head !== guess) this.#bytes.copyWithin(at + head, at + guess, at + guess + length);
    if (head === 1) this.#bytes[this.#at++] = 0xa0 | length;
    else if (head === 2) this.#head(0xd9, length, 1);
    else if (head === 3) this.#head(0xda, length, 2);
    else this.#head(0xdb, length, 4);
    this.#at += length;
    return true;
  }

  /** A token and a number of 1, 2 or 4 bytes. */
  #head(token: number, value: number, size: 1 | 2 | 4): void {
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = token;
    if (size === 4) {
      bytes[at++] = value >>> 24;
      bytes[at++] = value >>> 16;
    }
    if (size > 1) bytes[at++] = value >>> 8;
    bytes[at++] = value;
    this.#at = at;
  }
}

function textHeadBytes(length: number): number {
  if (length < 0x20) return 1;
  if (length < 0x100) return 2;
  return length < 0x10000 ? 3 : 5;
}
