/**
 * A short text about any value, for reports: `sketch` says what it holds, `shapeOf` only how it is
 * made (types and sizes, never values).
 *
 *     sketch    { id: "a-17", tags: ["x", "y", … 98 more], owner: User<12.1> }
 *     shapeOf   { id: string(4), tags: [string(1), string(1), … 98 more], owner: ref }
 *
 * Never throws, and looks at no more than NODES_MAX values, of which it shows CHARS_MAX characters.
 * Runs no getter, `toString` or `toJSON` of what it looks at, and does not look into a Proxy.
 */

import { types } from "node:util";
import { Cell } from "./cell.ts";
import { ActorRef } from "./ref.ts";

const NODES_MAX = 200;
const DEPTH_MAX = 4;
/** Entries of one object, Map or Set, and elements of one list. */
const ENTRIES_MAX = 16;
/** Characters of one string or key, and of the whole. */
const STRING_MAX = 100;
export const SKETCH_MAX = 2000;

/** A key of an object that is a field's name, and not data: a Map in disguise has other keys. */
const FIELD = /^[A-Za-z_$][\w$]{0,39}$/;

export function sketch(value: unknown): string {
  return cut(new Pen(true).draw(value), SKETCH_MAX);
}

export function shapeOf(value: unknown): string {
  return cut(new Pen(false).draw(value), SKETCH_MAX);
}

/** The shapes of a list of arguments: `(number, { by: number })`. */
export function shapeOfArguments(args: readonly unknown[]): string {
  const pen = new Pen(false);
  return cut(
    `(${pen.several(args.length, (index) => pen.draw(args[index])).join(", ")})`,
    SKETCH_MAX,
  );
}

export function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}…` : text;
}

class Pen {
  readonly #values: boolean;
  /** Those that are being looked into. */
  readonly #path: object[] = [];
  #left = NODES_MAX;

  constructor(values: boolean) {
    this.#values = values;
  }

  draw(value: unknown): string {
    if (this.#left === 0) return "…";
    this.#left -= 1;
    try {
      return typeof value === "object" && value !== null
        ? this.#object(value)
        : this.#scalar(value);
    } catch {
      // A Proxy among its prototypes, or memory that is gone.
      return "(unreadable)";
    }
  }

  /** The first of so many, and how many are left out. */
  several(count: number, at: (index: number) => string): string[] {
    const shown = Math.min(count, ENTRIES_MAX, this.#left);
    const texts = Array.from({ length: shown }, (_, index) => at(index));
    return shown < count ? [...texts, `… ${count - shown} more`] : texts;
  }

  #scalar(value: unknown): string {
    switch (typeof value) {
      case "string":
        return this.#values ? this.#string(value) : `string(${value.length})`;
      case "bigint":
        return this.#values && BigInt.asIntN(64, value) === value ? `${value}n` : "bigint";
      case "symbol":
        return this.#values ? cut(String(value), STRING_MAX) : "symbol";
      case "function":
        return "function";
      case "undefined":
        return "undefined";
      default:
        return this.#values || value === null ? String(value) : typeof value;
    }
  }

  #string(text: string): string {
    if (text.length <= STRING_MAX) return JSON.stringify(text);
    return `${JSON.stringify(text.slice(0, STRING_MAX))}… ${text.length - STRING_MAX} more`;
  }

  #object(value: object): string {
    if (types.isProxy(value)) return "Proxy";
    if (value instanceof ActorRef || value instanceof Cell) return this.#actor(value);
    if (this.#path.includes(value)) return "circular";
    if (types.isDate(value)) return this.#date(value);
    if (types.isNativeError(value)) return this.#error(value);
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) {
      return `${classOf(value)}(${value.byteLength} bytes)`;
    }
    this.#path.push(value);
    try {
      if (Array.isArray(value)) return this.#list(value);
      if (types.isMap(value)) return this.#map(value);
      if (types.isSet(value)) return this.#set(value);
      return this.#record(value);
    } finally {
      this.#path.pop();
    }
  }

  get #deep(): boolean {
    return this.#path.length > DEPTH_MAX;
  }

  #actor(value: ActorRef | Cell): string {
    if (!this.#values) return "ref";
    return value instanceof Cell ? `self of ${value}` : String(value);
  }

  #date(value: Date): string {
    if (!this.#values) return "Date";
    const ms = Date.prototype.getTime.call(value);
    return Number.isNaN(ms) ? "Date(invalid)" : new Date(ms).toISOString();
  }

  #error(value: Error): string {
    const kind = classOf(value);
    const message: unknown = Object.getOwnPropertyDescriptor(value, "message")?.value;
    return this.#values && typeof message === "string" ? `${kind}(${this.#string(message)})` : kind;
  }

  #list(value: readonly unknown[]): string {
    const { length } = value;
    if (this.#deep && length > 0) return `array(${length})`;
    return `[${this.several(length, (index) => this.#property(value, String(index))).join(", ")}]`;
  }

  #map(value: ReadonlyMap<unknown, unknown>): string {
    const size = Reflect.get(Map.prototype, "size", value);
    if (this.#deep || size === 0) return `Map(${size})`;
    const entries = Map.prototype.entries.call(value);
    const texts = this.several(size, () => {
      const [key, item] = entries.next().value as [unknown, unknown];
      return `${this.draw(key)} => ${this.draw(item)}`;
    });
    return `Map(${size}) { ${texts.join(", ")} }`;
  }

  #set(value: ReadonlySet<unknown>): string {
    const size = Reflect.get(Set.prototype, "size", value);
    if (this.#deep || size === 0) return `Set(${size})`;
    const items = Set.prototype.values.call(value);
    const texts = this.several(size, () => this.draw(items.next().value));
    return `Set(${size}) { ${texts.join(", ")} }`;
  }

  #record(value: object): string {
    const kind = classOf(value);
    const name = kind === "Object" ? "" : kind;
    const keys = Object.keys(value);
    if (keys.length === 0) return name === "" ? "{}" : name;
    if (this.#deep) return `${kind}(${keys.length})`;
    const texts = this.several(keys.length, (index) => {
      const key = keys[index] as string; // `several` asks for those that there are.
      return `${this.#key(key)}: ${this.#property(value, key)}`;
    });
    return `${name === "" ? "" : `${name} `}{ ${texts.join(", ")} }`;
  }

  #key(key: string): string {
    if (FIELD.test(key)) return key;
    return this.#values ? this.#string(key) : `string(${key.length})`;
  }

  #property(value: object, key: string): string {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property === undefined) return "empty";
    return property.get === undefined && property.set === undefined
      ? this.draw(property.value)
      : "getter";
  }
}

/** The name of its class: "Object" for a plain one, whatever its realm. */
function classOf(value: object): string {
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === null) return "Object";
  if (types.isProxy(prototype)) return "Proxy";
  const maker: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  if (typeof maker !== "function" || types.isProxy(maker)) return "?";
  const name: unknown = Object.getOwnPropertyDescriptor(maker, "name")?.value;
  return typeof name === "string" && FIELD.test(name) ? name : "?";
}
