/**
 * Signals from other threads: read, and handed to what they are about.
 *
 * Data path: drain (consumer.ts) → incoming.ts → **take** → links.ts, monitors.ts, exits.ts.
 *
 * They act now, before any turn: what was sent before them already lies in the mailbox.
 */

import type { RecordView } from "../runtime/record.ts";
import type { Cell } from "./cell.ts";
import { EXIT_KINDS, type ExitReason, KILLED, NOPROC } from "./exit.ts";
import type { Host } from "./host.ts";
import { CORRUPT } from "./payload.ts";
import type { ActorRef } from "./ref.ts";
import {
  DEMONITOR,
  DOWN,
  EXIT,
  KILL,
  LINK,
  LINKED_EXIT,
  MONITOR,
  SIGNAL_PAYLOAD,
  UNLINK,
  UNLINKED,
} from "./wire.ts";

interface Signal {
  readonly thread: number;
  readonly slot: number;
  readonly incarnation: number;
  readonly cell: Cell | undefined;
  /** Undefined: from outside of actors. */
  readonly by: ActorRef | undefined;
  readonly id: number;
}

export class Received {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** False if no sender can have written it. */
  take(thread: number, view: RecordView, at: number, end: number): boolean {
    if (end - at < SIGNAL_PAYLOAD) return false;
    const { words } = view;
    const head = words[at + 1] ?? 0;
    const slot = words[at + 2] ?? 0;
    const incarnation = (words[at + 3] ?? 0) >>> 0;
    const type = EXIT_KINDS[words[at + 8] ?? -1];
    const cause = this.#host.payload.read(view, at + SIGNAL_PAYLOAD, end, (head >>> 16) & 255);
    if (type === undefined || !(cause === undefined || typeof cause === "string")) return false;
    const by = this.#by(view, at);
    if (by === CORRUPT) return false;
    const found = this.#host.cells.get(slot);
    const cell = found?.incarnation === incarnation ? found : undefined;
    const signal = { thread, slot, incarnation, cell, by, id: words[at + 7] ?? 0 };
    return this.#act((head >>> 8) & 255, signal, cause === undefined ? { type } : { type, cause });
  }

  #by(view: RecordView, at: number): ActorRef | undefined | typeof CORRUPT {
    const slot = view.words[at + 5] ?? 0;
    if (slot === 0) return undefined;
    const incarnation = (view.words[at + 6] ?? 0) >>> 0;
    return this.#host.phonebook.find(view.words[at + 4] ?? 0, slot, incarnation);
  }

  #act(operation: number, signal: Signal, reason: ExitReason): boolean {
    const { links, monitors, exits } = this.#host;
    const { cell, by, id, thread } = signal;
    switch (operation) {
      case EXIT:
        if (cell !== undefined) exits.arrive(cell, by, reason, false);
        return true;
      case KILL:
        if (cell !== undefined) exits.arrive(cell, by, KILLED, true);
        return true;
      case MONITOR:
        this.#watched(signal);
        return true;
      case DEMONITOR:
        if (cell !== undefined) monitors.unwatched(cell, thread, id);
        return true;
      case DOWN:
        monitors.down(id, reason, by);
        return true;
      default:
        if (by === undefined) return false;
    }
    switch (operation) {
      case LINK:
        links.linked(cell, by, signal);
        return true;
      case UNLINK:
        links.unlinked(cell, by, id);
        return true;
      case UNLINKED:
        links.acknowledged(cell, by, id);
        return true;
      case LINKED_EXIT:
        if (cell !== undefined) links.exited(cell, by, reason);
        return true;
      default:
        return false;
    }
  }

  #watched({ cell, by, id, thread, slot, incarnation }: Signal): void {
    const { monitors, outgoing, thread: here } = this.#host;
    if (cell !== undefined) {
      const generation = here.generationOf(thread);
      return monitors.watched(cell, { thread, generation, id, ref: by });
    }
    const to = by ?? { thread, slot: 0, incarnation: 0 };
    outgoing.signal(DOWN, to, { slot, incarnation }, id, NOPROC);
  }
}
