/**
 * Keys: what was pressed, from the bytes that a terminal in raw mode sends.
 *
 *     "q" → q     1b 5b 41 → up     1b 5b 35 7e → page-up     03 → ctrl-c
 *
 * A terminal sends the bytes of one key at once; several keys may come together (typed ahead, or
 * pasted). An escape sequence that arrives in parts, over a slow line, is put together.
 *
 * Left out: mouse, Alt, and function keys, which are no keys here.
 */

/** A single printable character, or one of these names. */
export type Key = string;

const NAMES: Readonly<Record<string, Key>> = {
  "\x03": "ctrl-c",
  "\x1a": "ctrl-z",
  "\x0c": "ctrl-l",
  "\r": "enter",
  "\n": "enter",
  "\x7f": "backspace",
  "\b": "backspace",
  "\x15": "ctrl-u",
  " ": "space",
};

/** What follows ESC [ or ESC O. */
const SEQUENCES: Readonly<Record<string, Key>> = {
  A: "up",
  B: "down",
  H: "home",
  F: "end",
  "5~": "page-up",
  "6~": "page-down",
  "1~": "home",
  "7~": "home",
  "4~": "end",
  "8~": "end",
};

const ESCAPE = "\x1b";
/** What follows the Escape. */
const SEQUENCE = /^(?:\[([0-9;]*[@-~])|O([@-~]))/;
/** The same before all of it has come; longer ones than this are none. */
const BEGUN = /^(?:\[[0-9;]{0,15}|O)?$/;
/** Of one reading: whatever was pasted beyond that is dropped. */
const KEYS_MAX = 256;

export class Keys {
  #pending = "";

  /** The keys in these bytes, in order. */
  read(text: string): Key[] {
    let rest = this.#pending + text;
    this.#pending = "";
    const keys: Key[] = [];
    while (rest !== "" && keys.length < KEYS_MAX) {
      if (rest.startsWith(ESCAPE) && BEGUN.test(rest.slice(1))) {
        this.#pending = rest;
        break;
      }
      const [key, length] = firstOf(rest);
      if (key !== undefined) keys.push(key);
      rest = rest.slice(length);
    }
    return keys;
  }

  /** Whether an Escape waits to become the key Escape or the beginning of another. */
  get waits(): boolean {
    return this.#pending !== "";
  }

  /** Nothing followed the Escape in time: it was the key itself. */
  flush(): Key[] {
    const escaped = this.#pending === ESCAPE;
    this.#pending = "";
    return escaped ? ["escape"] : [];
  }
}

/** The first key of a text that is not empty, and how much of the text it is. */
function firstOf(text: string): [Key | undefined, number] {
  if (text.startsWith(ESCAPE)) {
    const match = SEQUENCE.exec(text.slice(1));
    if (match === null) return ["escape", 1];
    return [SEQUENCES[match[1] ?? match[2] ?? ""], 1 + match[0].length];
  }
  const [character = ""] = text;
  const printable = !/\p{Cc}/u.test(character);
  return [NAMES[character] ?? (printable ? character : undefined), character.length];
}
