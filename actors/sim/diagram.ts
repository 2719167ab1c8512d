/** The last messages of a run as a sequence diagram: as lines of text, and for Mermaid. */

import { NS_PER_MS } from "../../runtime/sim/clock.ts";
import type { TrailEvent } from "../../runtime/sim/trail.ts";
import { senderSlot } from "../address.ts";
import { FAULT } from "./faults.ts";
import { CALLED, type Run, TURN } from "./run.ts";
import type { SimHost } from "./stage.ts";

/** Messages that are shown. */
const SHOWN_MAX = 40;

/** One message, or one fault. */
export interface Shown {
  readonly atMs: number;
  /** Undefined: what comes from no actor. */
  readonly from: string | undefined;
  readonly to: string;
  readonly what: string;
}

/** One line per message: `  12.345 ms  a/2 Pump<9.1> → a/1 Counter<17.1>  add (call)`. */
export function diagram(messages: readonly Shown[]): string {
  const lines = messages.map(({ atMs, from, to, what }) => {
    const way = from === undefined ? to : `${from} → ${to}`;
    return `${atMs.toFixed(3).padStart(12)} ms  ${way}  ${what}`;
  });
  return lines.join("\n");
}

/** The same for Mermaid. */
export function mermaid(messages: readonly Shown[]): string {
  const names = new Map<string, string>();
  const lines: string[] = [];
  const idOf = (name: string): string => {
    const known = names.get(name);
    if (known !== undefined) return known;
    const id = `p${names.size + 1}`;
    names.set(name, id);
    lines.push(`    participant ${id} as ${plain(name)}`);
    return id;
  };
  for (const { from, to } of messages) for (const name of [from, to]) if (name) idOf(name);
  for (const { atMs, from, to, what } of messages) {
    const text = `${plain(what)} (${atMs.toFixed(3)} ms)`;
    if (from === undefined) lines.push(`    Note over ${idOf(to)}: ${text}`);
    else lines.push(`    ${idOf(from)}->>${idOf(to)}: ${text}`);
  }
  return ["sequenceDiagram", ...lines].join("\n");
}

/** What Mermaid reads as it stands: no more than that is in addresses and plans. */
function plain(text: string): string {
  return text.replaceAll(/[^\w./=[\]"',() -]/g, (sign) => `#${sign.codePointAt(0)};`);
}

export function lastMessages(run: Run): Shown[] {
  const hosts = new Map<number, { node: string; host: SimHost }>();
  for (const { name, hosts: own } of run.nodes.values()) {
    for (const host of own) hosts.set(host.virtual.id, { node: name, host });
  }
  const events = run.world.trail.last().filter(({ kind }) => kind === TURN || kind === FAULT);
  return events.slice(-SHOWN_MAX).map((event) => shown(event, hosts.get(event.thread), run));
}

function shown(
  { atNs, kind, a: slot, b: code, c: from }: TrailEvent,
  place: { node: string; host: SimHost } | undefined,
  run: Run,
): Shown {
  const atMs = atNs / NS_PER_MS;
  if (kind === FAULT) {
    const told = run.faults.told[slot] ?? "?";
    return { atMs, from: undefined, to: "faults", what: told.trim().replaceAll(/ +/g, " ") };
  }
  const handler = code & ~CALLED;
  const called = code === handler ? "" : " (call)";
  if (place === undefined) {
    const what = `handler ${handler}${called}`;
    return { atMs, from: "?", to: `actor ${slot} of a dead thread`, what };
  }
  const { host, node } = place;
  const facts = host.phonebook.facts(host.thread.directory.definition(slot));
  const what = `${facts?.handlers[handler] ?? `handler ${handler}`}${called}`;
  const to = `${node}/${host.thread.index} ${host.describe(slot)}`;
  return { atMs, from: senderOf(host, node, from), to, what };
}

function senderOf(host: SimHost, node: string, packed: number): string {
  const sender = host.sender(packed);
  const slot = senderSlot(packed);
  const { directory } = host.thread;
  return directory.inRange(slot) ? `${node}/${directory.threadOf(slot)} ${sender}` : sender;
}
