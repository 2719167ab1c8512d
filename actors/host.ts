/**
 * One thread's half of a system: what ties its actors, calls and refs to its lanes.
 *
 * Data path: **cast, call** → mailbox (turns.ts) if the actor lives here, else a record
 * (outgoing.ts). Everything of a thread hangs on its host, nothing on a module, so two hosts can live
 * in one JavaScript thread.
 */

import { Codec } from "../runtime/codec/codec.ts";
import { type Counts, noCounts, publishCounts, readCounts } from "../runtime/counters.ts";
import type { Env } from "../runtime/env.ts";
import type { SystemBuffers } from "../runtime/ledger.ts";
import type { RecordView } from "../runtime/record.ts";
import { type Tenant, Thread } from "../runtime/thread.ts";
import { formatAddress, senderIncarnation, senderSlot } from "./address.ts";
import { Answers } from "./answers.ts";
import { Calls } from "./calls.ts";
import type { Cell } from "./cell.ts";
import { Cells } from "./cells.ts";
import { ActorDown, Aborted, CallTimeout, MailboxFull } from "./errors.ts";
import { NOPROC } from "./exit.ts";
import { Inbound } from "./inbound.ts";
import { Incoming } from "./incoming.ts";
import { type DeadLetter, type LetterReason, Letters } from "./letters.ts";
import { type KeeperLink, TableShapes } from "./link.ts";
import { Lives } from "./lives.ts";
import type { Log } from "./log.ts";
import { CAST, REFERENCE_BYTES, REQUEST, tagOf } from "./mailbox.ts";
import { Names } from "./names.ts";
import type { Settings } from "./options.ts";
import { CROWDED, FULL, GONE, Outgoing, SENT } from "./outgoing.ts";
import { Payload } from "./payload.ts";
import { Phonebook } from "./phonebook.ts";
import type { ActorRef } from "./ref.ts";
import { Request, SETTLED } from "./request.ts";
import { Spawner } from "./spawner.ts";
import { ThreadTimers } from "./timers.ts";
import { Turns } from "./turns.ts";
import type { MessageOptions } from "./types.ts";
import { undelivered } from "./undelivered.ts";
import { CALL, LETTER, LOG, READY } from "./wire.ts";

/** Where dead letters and lines of the log go: on main to the user, elsewhere to main. */
export interface Notes {
  letter(letter: DeadLetter): void;
  log(level: keyof Log, fields: object, message: string): void;
}

export interface HostOptions {
  env: Env;
  memory: SystemBuffers;
  index: number;
  generation: number;
  settings: Settings;
  link: KeeperLink;
  /** Left out on threads other than main. */
  notes?: Notes;
}

export class Host implements Tenant {
  readonly settings: Settings;
  readonly link: KeeperLink;
  readonly thread: Thread;
  readonly codec: Codec;
  readonly payload: Payload;
  readonly phonebook: Phonebook;
  readonly outgoing: Outgoing = new Outgoing(this);
  readonly incoming: Incoming = new Incoming(this);
  readonly turns: Turns = new Turns(this);
  readonly answers: Answers = new Answers(this);
  readonly lives: Lives = new Lives(this);
  readonly timers: ThreadTimers = new ThreadTimers(this);
  readonly spawner: Spawner = new Spawner(this);
  readonly inbound: Inbound = new Inbound();
  readonly cells: Cells = new Cells();
  readonly counts: Counts = noCounts();
  readonly calls: Calls;
  readonly names: Names;
  readonly notes: Notes;
  readonly log: Log;
  readonly #letters: Letters;
  /** The system stops: what comes from outside of actors is not delivered any more. */
  closed = false;

  constructor({ env, memory, index, generation, settings, link, notes }: HostOptions) {
    this.settings = settings;
    this.link = link;
    this.notes = notes ?? this.#notesToMain();
    this.log = logTo(this.notes);
    const { signals, directory } = memory;
    const { laneBytes, overflowBytes: overflowBytesMax, maxMessageBytes } = settings;
    // A record of the largest message, with its head.
    const recordBytesMax = maxMessageBytes + 64;
    this.thread = new Thread(
      { env, signals, directory, index, generation, laneBytes, overflowBytesMax, recordBytesMax, link },
      () => this,
    );
    this.phonebook = new Phonebook(this, memory.definitions);
    const shapes = new TableShapes(memory.shapes, link);
    this.codec = new Codec({ shapes, references: this.phonebook, maxBytes: maxMessageBytes });
    this.payload = new Payload(this.codec);
    this.payload.references = (definition, slot, incarnation) =>
      this.phonebook.find(definition, slot, incarnation);
    this.calls = new Calls(this.thread.wheel);
    this.names = new Names(this, memory.names);
    this.#letters = new Letters(env, (letter) => this.notes.letter(letter));
    if (generation > 1) this.#goOnCounting();
  }

  /** A replacement: the system's counts must not fall back by those of the thread that died. */
  #goOnCounting(): void {
    const { signals, index } = this.thread;
    Object.assign(this.counts, readCounts(signals, index), { queued: 0, actors: 0 });
  }

  #notesToMain(): Notes {
    return {
      letter: (letter) => void this.outgoing.note(LETTER, letter),
      log: (level, fields, message) => {
        if (this.outgoing.note(LOG, { level, fields, message })) return;
        process.stderr.write(`sabeam ${level}: ${message} (thread ${this.thread.index})\n`);
      },
    };
  }

  /** False: accepted but congested, or given up as a dead letter. @throws NotSendable, ActorEnded */
  cast(ref: ActorRef, handler: number, argc: number, arg: unknown): boolean {
    const sender = this.turns.sender();
    const from = sender === undefined ? 0 : sender.packed;
    const { cell } = ref;
    if (cell !== undefined) {
      const value = this.settings.development ? this.#copied(argc, arg) : arg;
      this.counts.sent += 1;
      const tag = tagOf(handler, argc < 2 ? argc : 2, CAST, REFERENCE_BYTES);
      return this.turns.push(cell, tag, from, value);
    }
    return this.#castFar(ref, handler, argc, arg, from);
  }

  #castFar(ref: ActorRef, handler: number, argc: number, arg: unknown, from: number): boolean {
    const { directory, index } = this.thread;
    let sent = GONE;
    if (!this.closed && ref.thread !== index && directory.isAlive(ref.slot, ref.incarnation)) {
      sent = this.outgoing.cast(ref, handler, argc, arg, from);
      if (this.settings.development && argc > 0) this.codec.freeze(arg);
    }
    this.counts.sent += 1;
    if (sent === SENT) return !directory.isCongested(ref.slot);
    if (sent !== CROWDED) this.#letterFor(ref, handler, from, "cast", sent);
    return false;
  }

  #letterFor(
    ref: ActorRef,
    handler: number,
    from: number,
    type: "cast" | "call",
    sent: number,
  ): void {
    this.letter(sent === FULL ? "lane-full" : "noproc", type, from, () => ({
      target: ref.toString(),
      handler: ref.facts.handlers[handler] ?? "?",
    }));
  }

  /** What another thread would get, and the sender's own frozen: development mode. */
  #copied(argc: number, arg: unknown): unknown {
    if (argc === 0 || (argc === 1 && this.codec.isScalar(arg))) return arg;
    const copy = this.codec.copy(arg, argc === 1 ? "args[0]" : "args");
    this.codec.freeze(arg);
    return copy;
  }

  call(
    ref: ActorRef,
    handler: number,
    argc: number,
    arg: unknown,
    options: MessageOptions,
  ): Promise<unknown> {
    const request = new Request();
    const promise = this.#promiseOf(request);
    request.handler = handler;
    request.argc = argc;
    request.arg = arg;
    if (this.#mustHold(ref)) this.#callLater(ref, request, options);
    else this.#call(ref, request, options, false);
    return promise;
  }

  /** The promise of a request, without a closure for each: the executor runs before `new` returns. */
  #promiseOf(request: Request): Promise<unknown> {
    this.#opening = request;
    return new Promise(this.#capture);
  }

  #opening: Request | undefined;
  readonly #capture = (
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ): void => {
    if (this.#opening === undefined) return;
    this.#opening.resolve = resolve;
    this.#opening.reject = reject;
    this.#opening = undefined;
  };

  #mustHold(ref: ActorRef): boolean {
    return this.thread.directory.isHolding(ref.slot);
  }

  /** A target of the policy back-pressure is congested: the call waits for room, within its time. */
  #callLater(ref: ActorRef, request: Request, options: MessageOptions): void {
    const start = this.thread.env.now();
    const timeout = options.timeout ?? this.settings.callTimeout;
    this.ready(ref, { ...options, timeout }).then(
      () => {
        const left = timeout - (this.thread.env.now() - start);
        this.#call(ref, request, { ...options, timeout: Math.max(1, left) }, false);
      },
      (error: unknown) => request.reject?.(error),
    );
  }

  ready(ref: ActorRef, options: MessageOptions): Promise<void> {
    const { cell } = ref;
    if (cell !== undefined && !cell.congested) return Promise.resolve();
    const request = new Request();
    const promise = this.#promiseOf(request);
    request.handler = -1;
    this.#call(ref, request, options, true);
    return promise as Promise<void>;
  }

  /** Fills a request in, enters it into the table and sends it; every failure settles it. */
  #call(ref: ActorRef, request: Request, options: MessageOptions, ready: boolean): void {
    const { index } = this.thread;
    request.target = ref;
    request.thread = ref.thread;
    request.timeoutMs = options.timeout ?? this.settings.callTimeout;
    if (!this.#limit(ref, request, options)) return;
    try {
      const sender = this.turns.sender();
      request.from = sender === undefined ? 0 : sender.packed;
      const copies = ref.cell !== undefined && this.settings.development;
      if (copies) request.arg = this.#copied(request.argc, request.arg);
    } catch (error) {
      return request.reject?.(error);
    }
    this.calls.enter(request);
    if (options.signal !== undefined) this.#watch(request, options.signal);
    this.#waits(request);
    // A cycle settles it at once, and then it must not be sent.
    if (request.status === SETTLED) return;
    this.thread.scheduler.wake();
    if (ref.cell !== undefined) return this.#callHere(ref.cell, request, ready);
    if (ref.thread === index) return this.#callNobody(ref, request, ready);
    this.#callFar(ref, request, ready);
  }

  /** Sets the deadline where it must be known at once; false if the call is over before it began. */
  #limit(ref: ActorRef, request: Request, options: MessageOptions): boolean {
    const turnDeadline = this.turns.deadline();
    const here = ref.cell !== undefined;
    if (!here || turnDeadline !== Number.POSITIVE_INFINITY) {
      const now = this.thread.env.now();
      request.deadline = Math.min(now + request.timeoutMs, turnDeadline);
      request.timeoutMs = Math.max(0, Math.round(request.deadline - now));
    }
    const name = ref.facts.handlers[request.handler] ?? "ready";
    if (options.signal?.aborted) {
      request.reject?.(new Aborted(ref.toString(), name, options.signal.reason));
      return false;
    }
    if (request.timeoutMs > 0) return true;
    request.reject?.(new CallTimeout(ref.toString(), name, 0));
    return false;
  }

  #watch(request: Request, signal: AbortSignal): void {
    const onAbort = (): void => this.answers.abort(request, signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    request.cancellable = true;
    request.unwatch = () => signal.removeEventListener("abort", onAbort);
  }

  #waits(request: Request): void {
    const turn = this.turns.turn();
    if (turn !== undefined && !turn.concurrent) this.answers.waits(turn.cell, request);
    else if (this.turns.current !== undefined) this.turns.calls.push(request);
  }

  #callHere(cell: Cell, request: Request, ready: boolean): void {
    if (ready) return this.whenRoom(cell, () => this.#roomHere(cell, request));
    this.counts.sent += 1;
    const tag = tagOf(request.handler, 0, REQUEST, REFERENCE_BYTES);
    this.turns.push(cell, tag, request.from, request);
  }

  #roomHere(cell: Cell, request: Request): void {
    const alive = this.cells.get(cell.slot) === cell;
    const down = alive ? undefined : new ActorDown(cell.toString(), NOPROC, "no");
    this.answers.settle(request, alive, down);
  }

  #callNobody(ref: ActorRef, request: Request, ready: boolean): void {
    if (!ready) {
      this.counts.sent += 1;
      this.#letterFor(ref, request.handler, request.from, "call", GONE);
    }
    this.answers.settle(request, false, new ActorDown(ref.toString(), NOPROC, "no"));
  }

  #callFar(ref: ActorRef, request: Request, ready: boolean): void {
    const { directory } = this.thread;
    if (this.closed || !directory.isAlive(ref.slot, ref.incarnation)) {
      return this.#callNobody(ref, request, ready);
    }
    if (ready && !directory.isCongested(ref.slot) && !this.thread.producerTo(ref.thread)?.congested) {
      this.answers.settle(request, true, undefined);
      return;
    }
    try {
      if (request.handler < 0) request.handler = 0;
      const sent = this.outgoing.call(ref, request, ready ? READY : CALL);
      if (this.settings.development && request.argc > 0) this.codec.freeze(request.arg);
      request.arg = undefined;
      if (sent === GONE) return this.#callNobody(ref, request, ready);
      if (!ready) this.counts.sent += 1;
      if (sent !== FULL) return;
      if (!ready) this.#letterFor(ref, request.handler, request.from, "call", FULL);
      this.answers.settle(request, false, new MailboxFull(ref.toString(), 0));
    } catch (error) {
      this.answers.settle(request, false, error);
    }
  }

  /** The thread's end: what waits in lanes to others becomes dead letters. */
  stop(): void {
    for (let to = 0; to <= this.settings.threads; to += 1) this.thread.closeLane(to);
    this.settle();
    this.thread.stop();
  }

  refOf(cell: Cell): ActorRef {
    return this.phonebook.of(cell);
  }

  /** Runs once the mailbox has room; at once if it has. */
  whenRoom(cell: Cell, run: () => void): void {
    if (!cell.congested) return run();
    const extra = cell.more();
    extra.readiers ??= [];
    extra.readiers.push(run);
  }

  congest(cell: Cell): void {
    if (cell.congested || cell.count === 0) return;
    cell.congested = true;
    const hold = cell.kind.mailbox.policy === "back-pressure";
    this.thread.directory.setCongested(cell.slot, true, hold);
  }

  /** Few messages wait; unless these few are large, the senders may go on. */
  relieve(cell: Cell): void {
    if (cell.bytes > cell.kind.mailbox.maxBytes >> 2) return;
    cell.congested = false;
    if (this.cells.get(cell.slot) !== cell) return;
    this.thread.directory.setCongested(cell.slot, false, false);
    const readiers = cell.extra?.readiers;
    if (readiers === undefined || cell.extra === undefined) return;
    cell.extra.readiers = undefined;
    for (const ready of readiers) ready();
  }

  /** Counts a dead letter and tells it. */
  letter(
    reason: LetterReason,
    type: "cast" | "call",
    from: number,
    facts: () => { target: string; handler: string },
  ): void {
    this.counts.deadLettered += 1;
    const thread = this.thread.index;
    this.#letters.add(() => ({ ...facts(), reason, type, sender: this.sender(from), thread }));
  }

  slotOfSender(from: number): number {
    return senderSlot(from);
  }

  sender(from: number): string {
    if (from === 0) return "outside";
    const slot = senderSlot(from);
    const { directory } = this.thread;
    const name = this.phonebook.facts(directory.definition(slot))?.name ?? "?";
    return formatAddress(name, slot, senderIncarnation(from, directory.incarnation(slot)));
  }

  /** The actor in a slot right now, for people. */
  describe(slot: number): string {
    const { directory } = this.thread;
    const name = this.phonebook.facts(directory.definition(slot))?.name ?? "?";
    return formatAddress(name, slot, directory.incarnation(slot));
  }

  describeTarget(
    slot: number,
    incarnation: number,
    handler: number,
  ): { target: string; handler: string } {
    const facts = this.phonebook.facts(this.thread.directory.definition(slot));
    return {
      target: formatAddress(facts?.name ?? "?", slot, incarnation),
      handler: facts?.handlers[handler] ?? "?",
    };
  }

  ended(cell: Cell): void {
    this.phonebook.ended(cell);
  }

  receive(from: number, view: RecordView, at: number, bytes: number): boolean {
    return this.incoming.receive(from, view, at, bytes);
  }

  undelivered(to: number, view: RecordView, at: number): void {
    undelivered(this, to, view, at);
  }

  laneRefused(from: number): void {
    this.counts.badLanes += 1;
    const cause = `thread ${from} wrote bytes that no sender writes`;
    this.log.error({ thread: this.thread.index, from }, `lane closed: ${cause}`);
    this.answers.threadDied(from, this.thread.signals.generation(from), cause);
  }

  /** The other end of a lane has refused it: what it did not take comes back. */
  laneClosed(to: number): void {
    this.thread.closeLane(to);
    this.thread.scheduler.wake();
  }

  /** Takes and publishes what is still on its way, in a turn of the event loop of its own. */
  quiesce(): Promise<void> {
    this.thread.scheduler.wake();
    return new Promise((resolve) => this.thread.env.macrotask(() => resolve(this.settle())));
  }

  /** The keeper says that a thread ended. */
  threadDied(index: number, generation: number, cause: string): void {
    this.thread.threadDied(index, generation);
    this.answers.threadDied(index, generation, cause);
    this.thread.scheduler.wake();
  }

  run(turnsMax: number): number {
    return this.turns.run(turnsMax);
  }

  get hasReady(): boolean {
    return this.turns.ready.count > 0;
  }

  settle(): void {
    publishCounts(this.thread.signals, this.thread.index, this.counts);
  }

  takeResumed(): boolean {
    const { resumed } = this.turns;
    this.turns.resumed = false;
    return resumed;
  }

  date(now: number): void {
    this.calls.date(now);
  }

  due(payload: number): void {
    if ((payload & 1) === 1) return this.timers.due(payload >> 1);
    const request = this.calls.at(payload >> 1);
    if (request !== undefined) this.answers.expire(request);
  }
}

function logTo(notes: Notes): Log {
  const at =
    (level: keyof Log) =>
    (fields: object, message = ""): void =>
      notes.log(level, fields, message);
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
