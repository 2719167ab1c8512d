/**
 * Mailboxes that outlive the death of this thread: every message is written into the actor's
 * backlog (runtime/backlog.ts) before it enters the mailbox.
 *
 * Data path: receive (incoming.ts), or cast and call within the thread (sending.ts) → **backlog** →
 * mailbox (intake.ts) → turn.
 *
 *     spawn ──▶ keeper holds the backlog ──▶ init ──▶ born ──▶ … ──▶ ends ──▶ over
 *                                                       └───────────┴─ a death ─▶ recovery.ts
 *
 * Costs one copy of the record per message; a message within the thread is encoded for it.
 */

import { allocateBacklog, Backlog, BORN } from "../runtime/backlog.ts";
import { type RecordView, viewOf } from "../runtime/record.ts";
import type { Address } from "./address.ts";
import { type Cell, STARTING, STOPPING } from "./cell.ts";
import type { Blueprint } from "./define.ts";
import type { Host } from "./host.ts";
import type { Birth } from "./lives.ts";
import { CAST, REQUEST, TRACED, tagOf } from "./mailbox.ts";
import { castBytes, flagsOf, requestBytes, writeCast, writeRequest } from "./records.ts";
import type { ActorRef } from "./ref.ts";
import type { Request } from "./request.ts";
import { accepts } from "./sending.ts";
import type { Survives } from "./survives.ts";
import { Survivor } from "./survivor.ts";
import { Traced } from "./trace.ts";
import { CALL } from "./wire.ts";

/** Larger records get a buffer of their own. */
const SCRATCH_BYTES = 16 * 1024;

export class Survival {
  readonly #host: Host;
  readonly #scratch: RecordView = viewOf(new ArrayBuffer(SCRATCH_BYTES));
  /** Those of whose turns something may have to leave still. */
  readonly unsettled: Survivor[] = [];

  constructor(host: Host) {
    this.#host = host;
  }

  /** What the definition says, where it means something: on a thread that is replaced. */
  keeps({ survives }: Blueprint): Survives | undefined {
    const { settings, thread } = this.#host;
    return thread.index > 0 && thread.index <= settings.threads ? survives : undefined;
  }

  /** Makes the backlog of a new actor. Settles when the keeper holds it. */
  async begin(cell: Cell, birth: Birth): Promise<void> {
    const { codec, link: keeper, thread } = this.#host;
    const survives = this.keeps(cell.kind.blueprint);
    if (survives === undefined) return;
    const { args, name, label, lineage, link, shutdown, supervised, temporary } = birth;
    const { mailbox } = cell.kind;
    const kin = { lineage, link, shutdown, supervised, temporary };
    const order = { args, name, label, mailbox, ...kin };
    const length = codec.encode(order, "spawn");
    const bytes = codec.scratch.slice(codec.start, codec.start + length);
    const memory = allocateBacklog(survives.bytes, bytes);
    cell.more().survivor = new Survivor(new Backlog(memory), thread, survives, this.unsettled);
    await keeper.keepMailbox(cell.slot, cell.incarnation, memory);
  }

  /** Its `init` begins: if that ends the thread, it is one of so many. */
  starts(cell: Cell): void {
    const backlog = cell.extra?.survivor?.backlog;
    if (backlog !== undefined) backlog.inits += 1;
  }

  born(cell: Cell): void {
    const backlog = cell.extra?.survivor?.backlog;
    if (backlog === undefined) return;
    backlog.inits = 0;
    backlog.phase = BORN;
    this.#host.thread.directory.keep(cell.slot);
  }

  /** Actors of a dead predecessor, with their mailboxes, whose supervisors are to start them. */
  readonly waiting: Set<Cell> = new Set();

  /**
   * All that was sent may have left, and the thread may sleep for long: a turn whose messages have
   * left must not be run again when it dies then.
   */
  settle(): void {
    const { unsettled } = this;
    if (unsettled.length === 0) return;
    const left = unsettled.filter((survivor) => !survivor.settle());
    unsettled.length = 0;
    unsettled.push(...left);
  }

  /** The one at this address, if it waits; it does so no longer. */
  inherit({ slot, incarnation }: Address): Cell | undefined {
    const cell = this.#host.cells.get(slot);
    return cell?.incarnation === incarnation && this.waiting.delete(cell) ? cell : undefined;
  }

  /**
   * The actor that lives on at this address by the word of that same parent: an order that comes
   * twice, since the answer to the first was lost with a thread, starts nothing beside it.
   */
  goesOn({ slot, incarnation }: Address, parent: ActorRef | undefined): Cell | undefined {
    const cell = this.#host.cells.get(slot);
    if (cell?.incarnation !== incarnation || cell.status >= STOPPING) return undefined;
    return cell.status !== STARTING && cell.lineage?.parent === parent ? cell : undefined;
  }

  /** The mailbox of a lost actor waits for it on the thread that has taken over, or will. */
  waits({ slot, incarnation }: ActorRef): boolean {
    return this.#host.thread.directory.survives(slot, incarnation);
  }

  /** It has ended by itself. What waits is discarded, here or by whoever takes over meanwhile. */
  ends(cell: Cell): void {
    this.waiting.delete(cell);
    cell.extra?.survivor?.over();
  }

  /** All of its mailbox is accounted for, and its address given back: callers wait no longer. */
  over(cell: Cell): void {
    if (cell.extra?.survivor === undefined) return;
    void this.#host.link.dropMailbox(cell.slot, cell.incarnation);
  }

  /** A message from another thread: its record lies in the lane's ring still. */
  came(
    cell: Cell,
    tag: number,
    from: number,
    arg: unknown,
    urgent: boolean,
    lane: number,
    view: RecordView,
    at: number,
    bytes: number,
  ): boolean {
    const way = this.#host.thread.consumerOf(lane);
    const survivor = cell.extra?.survivor;
    if (way === undefined || survivor === undefined) return false;
    const { intake } = this.#host;
    const position = way.positionOf(view, at);
    const { backlog } = survivor;
    if (intake.admits(cell, tag, from, arg, bytes)) {
      backlog.append(view, at, bytes, urgent, way, position);
      return intake.enter(cell, tag, from, arg, urgent);
    }
    backlog.pass(way, position);
    return false;
  }

  /** A cast within the thread. @throws NotSendable, MessageTooLarge */
  cast(
    cell: Cell,
    handler: number,
    argc: number,
    arg: unknown,
    from: number,
    asUrgent: boolean,
  ): boolean {
    const { payload, trace, counts } = this.#host;
    payload.measure(argc, arg, "args[0]");
    const context = trace?.sent;
    const bytes = castBytes(payload, context);
    const view = this.#view(bytes);
    const urgent = asUrgent && accepts(cell, handler);
    const flags = flagsOf(urgent, context, true);
    writeCast(payload, view, 0, cell, handler, argc, from, flags, context);
    counts.sent += 1;
    const kind = trace === undefined ? CAST : TRACED;
    const given = trace === undefined ? arg : new Traced(context, arg);
    return this.#enter(cell, tagOf(handler, Math.min(argc, 2), kind, bytes), from, given, {
      urgent,
      view,
      bytes,
    });
  }

  /** A call within the thread. @throws NotSendable, MessageTooLarge */
  call(cell: Cell, request: Request): void {
    const { payload, counts } = this.#host;
    payload.measure(request.argc, request.arg, "args[0]");
    const bytes = requestBytes(payload, request);
    const view = this.#view(bytes);
    const urgent = request.urgent && accepts(cell, request.handler);
    const to = { kind: CALL, first: cell.slot, second: cell.incarnation };
    writeRequest(payload, view, 0, to, request, true);
    counts.sent += 1;
    const tag = tagOf(request.handler, 0, REQUEST, bytes);
    this.#enter(cell, tag, request.from, request, { urgent, view, bytes });
  }

  #enter(
    cell: Cell,
    tag: number,
    from: number,
    arg: unknown,
    { urgent, view, bytes }: { urgent: boolean; view: RecordView; bytes: number },
  ): boolean {
    const { intake, thread } = this.#host;
    const backlog = cell.extra?.survivor?.backlog;
    if (backlog === undefined || !intake.admits(cell, tag, from, arg, bytes)) return false;
    const way = { from: thread.index, generation: thread.generation, life: 0 };
    backlog.append(view, 0, bytes, urgent, way, 0);
    return intake.enter(cell, tag, from, arg, urgent);
  }

  #view(bytes: number): RecordView {
    const view = bytes > SCRATCH_BYTES ? viewOf(new ArrayBuffer(bytes)) : this.#scratch;
    view.words[0] = bytes;
    return view;
  }
}
