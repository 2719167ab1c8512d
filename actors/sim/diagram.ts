/** The last messages of a run as a sequence diagram: as lines of text, and for Mermaid. */

import { NS_PER_MS } from "../../runtime/sim/clock.ts";
import type { TrailEvent } from "../../runtime/sim/trail.ts";
import { senderIncarnation, senderSlot } from "../address.ts";
import { FAULT } from "./faults.ts";
import { CALLED, type Run, TURN } from "./run.ts";
import type { SimHost } from "./stage.ts";

/** Messages that are shown. */
const SHOWN_MAX = 40;

interface Shown {
  readonly atMs: number;
  readonly from: string;
  readonly to: string;
  readonly what: string;
}

/** One line per message: `  12.345 ms  outside → Counter<17.1>  add (call)`. */
export function diagram(run: Run): string {
  const lines = lastMessages(run).map(
    ({ atMs, from, to, what }) =>
      `${atMs.toFixed(3).padStart(12)} ms  ${from === "" ? "" : `${from} → `}${to}  ${what}`,
  );
  return lines.join("\n");
}

/** The same for Mermaid. */
export function mermaid(run: Run): string {
  const plain = (name: string): string => name.replaceAll(/[^\w.<>/ -]/g, "?");
  const lines = lastMessages(run).map(({ from, to, what }) =>
    from === ""
      ? `    Note over ${plain(to)}: ${plain(what)}`
      : `    ${plain(from)}->>${plain(to)}: ${plain(what)}`,
  );
  return ["sequenceDiagram", ...lines].join("\n");
}

function lastMessages(run: Run): Shown[] {
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
  if (kind === FAULT) return { atMs, from: "", to: "fault", what: run.faults.told[slot] ?? "?" };
  const handler = code & ~CALLED;
  const called = code === handler ? "" : " (call)";
  if (place === undefined) {
    return { atMs, from: "?", to: `actor ${slot}`, what: `handler ${handler}${called}` };
  }
  const { host, node } = place;
  const where = `${node}/${host.thread.index}`;
  const facts = host.phonebook.facts(host.thread.directory.definition(slot));
  const what = `${facts?.handlers[handler] ?? `handler ${handler}`}${called}`;
  return { atMs, from: senderOf(host, from), to: `${where} ${host.describe(slot)}`, what };
}

function senderOf(host: SimHost, packed: number): string {
  if (packed === 0) return "outside";
  const slot = senderSlot(packed);
  const { directory } = host.thread;
  if (!directory.inRange(slot)) return "?";
  const incarnation = senderIncarnation(packed, directory.incarnation(slot));
  const name = host.phonebook.facts(directory.definition(slot))?.name ?? "?";
  return `${name}<${slot}.${incarnation}>`;
}
