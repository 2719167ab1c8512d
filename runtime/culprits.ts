/**
 * Whose turn a thread is in, or died of, as its heartbeat tells (heartbeat.ts).
 *
 *     a synchronous turn stands there          ──▶ that one
 *     else one async turn goes on, or an import ──▶ that one
 *     else                                      ──▶ nobody knows: the candidates are named
 *
 * The keeper asks when the worker has ended, so nothing moves any more, or when it has not moved
 * for long. It knows names only from the tables, as it loads no code of anybody.
 */

import type { Directory } from "./directory.ts";
import { CALLBACK_FIRST, CALLBACKS, Heartbeat } from "./heartbeat.ts";
import { OPEN_PLACES } from "./layout.ts";
import { plainText } from "./look/plain-text.ts";
import type { Signals } from "./signals.ts";
import type { TableReader } from "./table.ts";

/** One actor, on the thread that it has ended. */
export interface Culprit {
  /** 0: it has none yet, as its module was being imported. */
  readonly slot: number;
  readonly incarnation: number;
  /** Its id in the table of definitions: who waits for its `init` knows no slot. */
  readonly definition: number;
  /** Its `init` had not ended. */
  readonly starts: boolean;
}

/** What is known of who it was. */
export interface Accused {
  /** Undefined: nobody knows. */
  readonly culprit: Culprit | undefined;
  /** For people: `Counter<12.1> in add`; undefined: there is not even a candidate. */
  readonly text: string | undefined;
}

/** Characters of a module and its address. */
const MODULE_MAX = 1000;
const NOBODY: Accused = { culprit: undefined, text: undefined };
const INIT: number = CALLBACK_FIRST + CALLBACKS.indexOf("init");

interface Suspect {
  readonly culprit: Culprit;
  readonly text: string;
}

interface Facts {
  readonly name: string;
  readonly url: string;
  readonly handlers: readonly string[];
}

const UNKNOWN: Facts = { name: "?", url: "?", handlers: [] };

export class Culprits {
  readonly #signals: Signals;
  readonly #directory: Directory;
  readonly #definitions: TableReader;

  constructor(signals: Signals, directory: Directory, definitions: TableReader) {
    this.#signals = signals;
    this.#directory = directory;
    this.#definitions = definitions;
  }

  /** Whose turn stands on that thread. */
  of(thread: number): Accused {
    const heartbeat = new Heartbeat(this.#signals, thread);
    const { slot, code } = heartbeat.beat;
    if (this.#livesOn(thread, slot)) {
      return this.#suspect(slot, this.#directory.incarnation(slot), code);
    }
    const loading = this.#loading(heartbeat.loading);
    const open = heartbeat
      .open()
      .filter((one) => this.#livesOn(thread, one.slot, one.incarnation))
      .map((one) => this.#suspect(one.slot, one.incarnation, one.code));
    const others = Math.max(0, heartbeat.openTurns - OPEN_PLACES);
    return judge(loading === undefined ? open : [loading, ...open], others);
  }

  /** Of the module that a thread died of; undefined: it was another code. */
  moduleOf({ slot, definition }: Culprit): string | undefined {
    return slot === 0 ? this.#factsOf(definition).url : undefined;
  }

  #livesOn(thread: number, slot: number, incarnation?: number): boolean {
    const directory = this.#directory;
    if (!directory.inRange(slot) || directory.threadOf(slot) !== thread) return false;
    return incarnation === undefined || directory.incarnation(slot) === incarnation;
  }

  #suspect(slot: number, incarnation: number, code: number): Suspect {
    const definition = this.#directory.definition(slot);
    const { name, handlers } = this.#factsOf(definition);
    const turn = handlers[code] ?? CALLBACKS[code - CALLBACK_FIRST] ?? "?";
    const culprit = { slot, incarnation, definition, starts: code === INIT };
    return { culprit, text: plainText(`${name}<${slot}.${incarnation}> in ${turn}`) };
  }

  #loading(definition: number | undefined): Suspect | undefined {
    if (definition === undefined) return undefined;
    const { name, url } = this.#factsOf(definition);
    const culprit = { slot: 0, incarnation: 0, definition, starts: true };
    return { culprit, text: plainText(`the module of ${name}, ${url}`, MODULE_MAX) };
  }

  #factsOf(definition: number): Facts {
    const text = this.#definitions.get(definition);
    return text === undefined ? UNKNOWN : (JSON.parse(text) as Facts);
  }
}

/** @param others that are suspect, too, and not known by name */
function judge(suspects: readonly Suspect[], others: number): Accused {
  const [first] = suspects;
  if (first === undefined) return NOBODY;
  if (suspects.length === 1 && others === 0) return first;
  const names = suspects.slice(0, OPEN_PLACES).map(({ text }) => text);
  const more = suspects.length + others - names.length;
  if (more > 0) names.push(`${more} more`);
  return { culprit: undefined, text: `one of ${names.join(", ")}` };
}

/** A cause of death, and of whom. */
export function causeOf(cause: string, accused: Accused | undefined): string {
  return accused?.text === undefined ? cause : `${cause}, by ${accused.text}`;
}
