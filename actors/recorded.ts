/**
 * What the flight recorder holds, for people and tools: entries (runtime/recorder.ts) with names in
 * the place of numbers, and as lines of reports.
 *
 *     -12 ms  cast Till<1.1>.pay(number) from Customer<2.1>, 48 bytes
 *      -3 ms  signal exit (shutdown) to Till<1.1> from Main<3.1>
 *
 * Believes nothing: an entry of a record that no sender wrote is shown as far as it means
 * something. Names come from the tables; of an actor whose slot has been given to another one since
 * nobody knows the definition.
 */

import { unreachable } from "../runtime/assert.ts";
import { plainText } from "../runtime/look/plain-text.ts";
import type { Entry } from "../runtime/recorder.ts";
import { formatAddress, senderIncarnation, senderSlot } from "./address.ts";
import type { Cell } from "./cell.ts";
import { EXIT_KINDS } from "./exit.ts";
import type { Host } from "./host.ts";
import { indexesOf, wholeNumber } from "./options.ts";
import { BORN, CRASHED, ENDED, NO_HANDLER, OWED } from "./recording.ts";
import { OPERATIONS } from "./request.ts";
import * as wire from "./wire.ts";

export type RecordedType =
  | ("cast" | "call" | "answer" | "ready" | "cancel" | "inspect")
  | ("spawn" | "signal" | "letter" | "log")
  /** Of an actor of that thread; `owed`: a timer of its own, or a callback such as `down`. */
  | ("born" | "crashed" | "ended" | "owed")
  /** Bytes that no sender writes. */
  | "unknown";

/** Something that reached a thread, or happened to one of its actors. */
export interface Recorded {
  /** Whole milliseconds since the system started, as the thread had read the clock last. */
  readonly at: number;
  readonly type: RecordedType;
  /** `Counter<17.1>`; `outside` if no actor sent it; `thread 2` where only that is known. */
  readonly sender: string;
  /** Whom it was for, or is about; undefined where that is the thread. */
  readonly target: string | undefined;
  /** The handler; of a signal what it says; of an end its reason. */
  readonly what: string;
  /** What its payload was made of: `number`, `string`, `packed`, …; empty if it had none. */
  readonly shape: string;
  /** In the lane; 0: it had not left the thread. */
  readonly bytes: number;
}

const TYPES: Readonly<Record<number, RecordedType>> = {
  [wire.CAST]: "cast",
  [wire.CALL]: "call",
  [wire.REPLY]: "answer",
  [wire.READY]: "ready",
  [wire.CANCEL]: "cancel",
  [wire.INSPECT]: "inspect",
  [wire.SPAWN]: "spawn",
  [wire.SIGNAL]: "signal",
  [wire.LETTER]: "letter",
  [wire.LOG]: "log",
  [BORN]: "born",
  [CRASHED]: "crashed",
  [ENDED]: "ended",
  [OWED]: "owed",
};

/** By the number that wire.ts gives them. */
const SIGNALS = [
  ...["link", "unlink", "unlinked", "linked exit", "exit", "kill"],
  ...["monitor", "demonitor", "down"],
];

/** By tag. What `true` and `false` are made of is the same, and which of them it was is payload. */
const SHAPES = [
  ...["", "number", "number", "boolean", "boolean", "null", "undefined", "string", "ref"],
  ...["numbers", "packed"],
];

/** @throws InvalidOptions */
export function recorded(host: Host, thread: number, generation?: number): Recorded[] {
  wholeNumber("thread", thread, { min: 0, max: indexesOf(host.settings) - 1 });
  const life = generation ?? host.thread.signals.generation(thread);
  wholeNumber("generation", life, { min: 0, max: 2 ** 31 - 1 });
  return host.recording.of(thread, life).map((entry) => recordedOf(host, entry));
}

function recordedOf(host: Host, entry: Entry): Recorded {
  const { at, head, bytes } = entry;
  const type = TYPES[head & 255] ?? "unknown";
  const { sender, target } = parties(host, type, entry);
  const what = plainText(whatOf(host, type, entry));
  return { at, type, sender, target, what, shape: shapeOf(type, head), bytes };
}

function parties(host: Host, type: RecordedType, { sender, slot, incarnation }: Entry) {
  switch (type) {
    case "answer":
      return { sender: packedName(host, sender), target: packedName(host, slot) };
    case "spawn":
      return { sender: packedName(host, sender), target: host.phonebook.facts(slot)?.name ?? "?" };
    case "cancel":
    case "letter":
    case "log":
      return { sender: `thread ${slot}`, target: undefined };
    case "unknown":
      return { sender: "?", target: undefined };
    default:
      return { sender: packedName(host, sender), target: nameOf(host, slot, incarnation) };
  }
}

function packedName(host: Host, packed: number): string {
  if (packed === 0) return "outside";
  const { directory } = host.thread;
  const slot = senderSlot(packed);
  if (!directory.inRange(slot)) return "?";
  return nameOf(host, slot, senderIncarnation(packed, directory.incarnation(slot)));
}

function nameOf(host: Host, slot: number, incarnation: number): string {
  const { directory } = host.thread;
  if (slot === 0) return "outside";
  if (!directory.inRange(slot)) return "?";
  return formatAddress(definitionOf(host, slot, incarnation)?.name ?? "?", slot, incarnation);
}

function definitionOf(host: Host, slot: number, incarnation: number) {
  const { directory } = host.thread;
  if (!directory.inRange(slot) || directory.incarnation(slot) !== incarnation) return undefined;
  return host.phonebook.facts(directory.definition(slot));
}

function whatOf(host: Host, type: RecordedType, { head, slot, incarnation }: Entry): string {
  const code = (head >>> 8) & 255;
  const more = head >>> 24;
  switch (type) {
    case "cast":
    case "call":
      return definitionOf(host, slot, incarnation)?.handlers[code] ?? "?";
    case "crashed":
      if (more === NO_HANDLER) return "a callback";
      return definitionOf(host, slot, incarnation)?.handlers[code] ?? "?";
    case "answer":
      return code === wire.BAD ? "error" : "value";
    case "inspect":
      return OPERATIONS[code] ?? "?";
    case "signal": {
      const reason = isEnd(code) ? ` (${EXIT_KINDS[more] ?? "?"})` : "";
      return `${SIGNALS[code] ?? "?"}${reason}`;
    }
    case "ended":
      return EXIT_KINDS[code] ?? "?";
    default:
      return "";
  }
}

function isEnd(signal: number): boolean {
  return signal === wire.LINKED_EXIT || signal === wire.EXIT || signal === wire.DOWN;
}

function shapeOf(type: RecordedType, head: number): string {
  if (type !== "cast" && type !== "call" && type !== "answer") return "";
  const shape = SHAPES[(head >>> 16) & 255] ?? "?";
  const several = ((head >>> 24) & wire.ARGUMENTS_MASK) > 1;
  return several && shape === "packed" ? "several" : shape;
}

/** Lines of the report of a crash; and of the death of a thread. */
const CRASH_LINES_MAX = 16;
const DEATH_LINES_MAX = 32;

/** The last that concerned an actor of this thread, newest last. */
export function recentOf(host: Host, cell: Cell): string[] | undefined {
  const { index, generation } = host.thread;
  const concerns = ({ head, sender, slot, incarnation }: Entry): boolean => {
    // The report itself tells of that.
    if ((head & 255) === CRASHED) return false;
    if (sender === cell.packed) return true;
    // Of an answer the slot is a packed address.
    if (incarnation === 0) return slot === cell.packed;
    return slot === cell.slot && incarnation === cell.incarnation;
  };
  const entries = host.recording.of(index, generation).filter(concerns);
  return linesOf(host, entries.slice(-CRASH_LINES_MAX));
}

/** The last of a life of any thread, newest last. */
export function lastOf(host: Host, thread: number, generation: number): string[] | undefined {
  return linesOf(host, host.recording.of(thread, generation).slice(-DEATH_LINES_MAX));
}

function linesOf(host: Host, entries: readonly Entry[]): string[] | undefined {
  if (entries.length === 0) return undefined;
  const now = host.thread.env.now();
  return entries.map((entry) => lineOf(recordedOf(host, entry), now));
}

function lineOf(recorded: Recorded, now: number): string {
  const ago = `${Math.min(0, recorded.at - Math.floor(now))} ms`.padStart(8);
  const size = recorded.bytes === 0 ? "" : `, ${recorded.bytes} bytes`;
  return `${ago}  ${sentence(recorded)}${size}`;
}

function sentence({ type, sender, target, what, shape }: Recorded): string {
  switch (type) {
    case "cast":
    case "call":
      return `${type} ${target}.${what}(${shape}) from ${sender}`;
    case "answer":
      return `${what === "error" ? "error" : "answer"} to ${target} from ${sender}`;
    case "ready":
      return `ready of ${target} from ${sender}`;
    case "inspect":
      return `${what} of ${target} from ${sender}`;
    case "spawn":
      return `spawn of ${target} from ${sender}`;
    case "signal":
      return `signal ${what} to ${target} from ${sender}`;
    case "born":
      return `${target} was spawned ${sender === "outside" ? "from outside" : `by ${sender}`}`;
    case "crashed":
      return `${target} crashed in ${what}`;
    case "ended":
      return `${target} ended: ${what}`;
    case "owed":
      return `timer or callback of ${target}`;
    case "cancel":
      return `cancel of a call from ${sender}`;
    case "letter":
      return `dead letter told by ${sender}`;
    case "log":
      return `line of the log from ${sender}`;
    case "unknown":
      return "bytes that no sender writes";
    default:
      return unreachable(type);
  }
}
