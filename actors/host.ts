/**
 * One thread's half of a system: what ties its actors, calls and refs to its lanes.
 *
 * Everything of a thread hangs on its host, nothing on a module, so two hosts can live in one
 * JavaScript thread.
 */

import { Codec } from "../runtime/codec/codec.ts";
import { closeCounts, ThreadCounts } from "../runtime/counters.ts";
import type { Culprit } from "../runtime/culprits.ts";
import type { Env } from "../runtime/env.ts";
import type { SystemBuffers } from "../runtime/ledger.ts";
import { realMachine } from "../runtime/machine.ts";
import type { Batch, RecordView } from "../runtime/record.ts";
import { type Tenant, Thread } from "../runtime/thread.ts";
import { formatAddress, senderIncarnation, senderSlot } from "./address.ts";
import { Aliases } from "./alias.ts";
import { Ambient } from "./ambient.ts";
import { Answers } from "./answers.ts";
import { Away } from "./away.ts";
import { Bonding } from "./bonding.ts";
import { Callbacks } from "./callbacks.ts";
import { Calls } from "./calls.ts";
import type { Cell } from "./cell.ts";
import { Cells } from "./cells.ts";
import { ActorEnded, InvalidOptions } from "./errors.ts";
import { fateOf } from "./exit.ts";
import { Exits } from "./exits.ts";
import { Failures } from "./failures.ts";
import { Holding } from "./holding.ts";
import { Idles } from "./idle.ts";
import { Inbound } from "./inbound.ts";
import { Incoming } from "./incoming.ts";
import { Inspection } from "./inspection.ts";
import { isInspected } from "./inspector.ts";
import { Intake } from "./intake.ts";
import { type LetterFacts, type LetterReason, Letters } from "./letters.ts";
import { type KeeperLink, TableShapes } from "./link.ts";
import { Links } from "./links.ts";
import { Lives } from "./lives.ts";
import { type Log, logTo } from "./log.ts";
import { Measures } from "./measures.ts";
import { Meter } from "./meter.ts";
import { Modules, type ModulesOptions } from "./modules.ts";
import { Monitors } from "./monitors.ts";
import { NamedRefs } from "./named.ts";
import { Names } from "./names.ts";
import { type Notes, notesToMain, tellLost } from "./notes.ts";
import { OpenTurns } from "./open-turns.ts";
import { indexesOf, type Settings } from "./options.ts";
import { Outgoing } from "./outgoing.ts";
import { OwnThread } from "./own-thread.ts";
import { Payload } from "./payload.ts";
import { Phonebook } from "./phonebook.ts";
import { Pipes } from "./pipes.ts";
import { Placing } from "./placing.ts";
import { Received } from "./received.ts";
import { Recording } from "./recording.ts";
import { ActorRef, type Facts } from "./ref.ts";
import { Reports } from "./reports.ts";
import { Room } from "./room.ts";
import { Sending } from "./sending.ts";
import { Spawner } from "./spawner.ts";
import { Survival } from "./survival.ts";
import { TermsBook } from "./terms.ts";
import { ThreadTimers } from "./timers.ts";
import { Trace, type TracePort } from "./trace.ts";
import { Turns } from "./turns.ts";
import { undelivered } from "./undelivered.ts";
import type { WarningLimits } from "./warnings.ts";
import { Watch } from "./watch.ts";
import { HEAD_BYTES_MAX, isSurviving } from "./wire.ts";

export interface HostOptions extends ModulesOptions {
  env: Env;
  memory: SystemBuffers;
  index: number;
  generation: number;
  settings: Settings;
  link: KeeperLink;
  trace?: TracePort | undefined;
  /** Left out on threads other than main. */
  notes?: Notes;
  /** It takes over for a dead thread, and says itself what that has left (recovery.ts). */
  inherits?: boolean;
  /** Imports a module of the user's. */
  load?: (url: string) => Promise<object>;
}

export class Host implements Tenant {
  readonly settings: Settings;
  readonly link: KeeperLink;
  readonly thread: Thread;
  readonly codec: Codec;
  readonly payload: Payload;
  readonly terms: TermsBook;
  readonly phonebook: Phonebook;
  readonly sending: Sending = new Sending(this);
  readonly failures: Failures = new Failures(this);
  readonly holding: Holding = new Holding(this);
  readonly away: Away = new Away(this);
  readonly outgoing: Outgoing = new Outgoing(this);
  readonly incoming: Incoming = new Incoming(this);
  readonly intake: Intake = new Intake(this);
  readonly room: Room = new Room(this);
  readonly ambient: Ambient = new Ambient(this);
  readonly turns: Turns = new Turns(this);
  readonly openTurns: OpenTurns = new OpenTurns(this);
  readonly answers: Answers = new Answers(this);
  readonly lives: Lives = new Lives(this);
  readonly timers: ThreadTimers = new ThreadTimers(this);
  readonly callbacks: Callbacks = new Callbacks(this);
  readonly idles: Idles = new Idles(this);
  readonly pipes: Pipes = new Pipes(this);
  readonly received: Received = new Received(this);
  readonly bonding: Bonding = new Bonding(this);
  readonly links: Links = new Links(this);
  readonly monitors: Monitors = new Monitors(this);
  readonly exits: Exits = new Exits(this);
  readonly aliases: Aliases = new Aliases(this);
  readonly named: NamedRefs = new NamedRefs(this);
  readonly inspection: Inspection = new Inspection(this);
  readonly survival: Survival = new Survival(this);
  readonly placing: Placing = new Placing(this);
  readonly spawner: Spawner = new Spawner(this);
  readonly modules: Modules;
  readonly inbound: Inbound = new Inbound();
  readonly cells: Cells = new Cells();
  readonly meter: Meter;
  readonly counts: ThreadCounts;
  readonly calls: Calls;
  readonly names: Names;
  readonly notes: Notes;
  readonly log: Log;
  readonly reports: Reports;
  readonly measures: Measures = new Measures(this);
  readonly recording: Recording;
  /** For `debug?.(…)`: where nobody wants to know, the line is not even made. */
  readonly debug: Log["debug"] | undefined;
  /** Only if the user has given a port. */
  readonly trace: Trace | undefined;
  /** Only if there are warnings. */
  readonly watch: Watch | undefined;
  /** Only on a thread that was made for one actor. */
  readonly ownThread: OwnThread | undefined;
  readonly #letters: Letters;
  /** The system stops: what comes from outside of actors is not delivered any more. */
  closed = false;

  constructor(options: HostOptions) {
    const { env, memory, index, generation, settings, link, notes, trace } = options;
    this.settings = settings;
    this.link = link;
    this.notes = notes ?? notesToMain(this);
    this.log = logTo((...line) => this.notes.log(...line), settings.logs);
    this.debug = settings.debug ? this.log.debug : undefined;
    this.trace = trace === undefined ? undefined : new Trace(trace, env, this.log);
    const { signals, directory } = memory;
    const { laneBytes, overflowBytes: overflowBytesMax, maxMessageBytes } = settings;
    const recordBytesMax = maxMessageBytes + HEAD_BYTES_MAX;
    const place = { env, signals, directory, index, generation, link };
    const lanes = { laneBytes, overflowBytesMax, recordBytesMax, indexes: indexesOf(settings) };
    this.thread = new Thread({ ...place, ...lanes }, () => this);
    this.meter = new Meter(this, memory.statistics);
    this.counts = new ThreadCounts(this.thread.signals, index);
    this.recording = new Recording(this, memory.recorder, index, generation);
    this.reports = new Reports(this);
    this.phonebook = new Phonebook(this, memory.definitions);
    const shapes = new TableShapes(memory.shapes, link);
    const bounds = { maxBytes: maxMessageBytes, thread: index };
    this.codec = new Codec({ shapes, references: this.phonebook, ...bounds });
    this.payload = new Payload(this.codec);
    this.terms = new TermsBook(this.codec);
    this.payload.sending = this.sending;
    this.payload.tell = (ref) => this.phonebook.tell(ref);
    this.payload.references = (definition, slot, incarnation) =>
      this.phonebook.find(definition, slot, incarnation);
    const { warnings } = settings;
    this.ownThread = index > settings.threads ? new OwnThread(this) : undefined;
    this.watch = this.makeWatch(warnings);
    this.calls = new Calls(this.thread.wheel, index);
    this.names = new Names(this, memory.names);
    this.modules = new Modules(this, options.load ?? realMachine.load, options);
    this.#letters = new Letters(env, (letter) => this.notes.letter(letter));
    if (generation > 1 && !options.inherits) this.closeBooks(0);
  }

  /**
   * The words of a thread that died go on where they stand: what was in it are dead letters, but
   * for what waits in mailboxes that survive.
   */
  closeBooks(surviving: number): void {
    const { signals, index } = this.thread;
    tellLost(this, index, closeCounts(signals, index, surviving));
  }

  /** Undefined where nobody looks. */
  protected makeWatch(limits: WarningLimits | undefined): Watch | undefined {
    return limits === undefined ? undefined : new Watch(this, limits);
  }

  /** The thread's first burst: what has come for it by now. */
  begin(): void {
    const { index, generation, scheduler } = this.thread;
    this.debug?.({ thread: index, generation }, "a thread begins");
    this.ownThread?.begin();
    this.meter.begin();
    scheduler.wake();
  }

  /** The thread's end: what waits in lanes to others becomes dead letters. */
  stop(): void {
    for (let to = 0; to < indexesOf(this.settings); to += 1) this.thread.closeLane(to);
    this.#tellRest();
    this.retire();
  }

  /** What was held back because there was too much of it. */
  #tellRest(): void {
    this.#letters.flush();
    this.reports.flush();
    this.measures.flush();
  }

  /** The end of a thread whose lanes others may still read. */
  retire(): void {
    this.settle();
    this.watch?.stop();
    this.thread.stop();
  }

  refOf(cell: Cell): ActorRef {
    return this.phonebook.of(cell);
  }

  /** What a user passes for a ref, and where it leads. @throws InvalidOptions */
  own(where: string, ref: unknown): ActorRef {
    if (ref instanceof ActorRef && ref.sending === this.sending) return this.aliases.resolve(ref);
    throw new InvalidOptions(where, "given a ref of this system", ref);
  }

  /** Counts a dead letter and tells it. */
  letter(reason: LetterReason, type: "cast" | "call", from: number, facts: LetterFacts): void {
    this.counts.deadLettered += 1;
    this.tellLetter(reason, type, from, facts);
  }

  /** Tells one that is counted already. */
  tellLetter(reason: LetterReason, type: "cast" | "call", from: number, facts: LetterFacts): void {
    const thread = this.thread.index;
    this.#letters.add(() => ({ ...facts(), reason, type, sender: this.sender(from), thread }));
  }

  sender(from: number): string {
    if (from === 0) return "outside";
    const slot = senderSlot(from);
    const { directory } = this.thread;
    // From a record: nobody has looked at it before.
    if (!directory.inRange(slot)) return "?";
    const incarnation = senderIncarnation(from, directory.incarnation(slot));
    return formatAddress(this.#factsOf(slot, incarnation)?.name ?? "?", slot, incarnation);
  }

  /** The actor in a slot right now, for people. */
  describe(slot: number): string {
    return this.describeTarget(slot, this.thread.directory.incarnation(slot), 0).target;
  }

  /** Of an earlier life of the slot, nobody knows what it was. */
  #factsOf(slot: number, incarnation: number): Facts | undefined {
    const { directory } = this.thread;
    if (directory.incarnation(slot) !== incarnation) return undefined;
    return this.phonebook.facts(directory.definition(slot));
  }

  describeTarget(
    slot: number,
    incarnation: number,
    handler: number,
  ): { target: string; handler: string } {
    const { name = "?", handlers = [] } = this.#factsOf(slot, incarnation) ?? {};
    return { target: formatAddress(name, slot, incarnation), handler: handlers[handler] ?? "?" };
  }

  /** Something of an actor was used after its end. */
  ended(cell: Cell, what: string): ActorEnded {
    const error = new ActorEnded(cell.toString(), what);
    this.failures.ended(error, cell);
    this.watch?.leftover(cell, error);
    return error;
  }

  taken(from: number, batch: Batch): void {
    this.recording.taken(from, batch);
  }

  receive(from: number, view: RecordView, at: number, bytes: number): boolean {
    return this.incoming.receive(from, view, at, bytes);
  }

  undelivered(to: number, view: RecordView, at: number, taken: boolean, gone: boolean): void {
    undelivered(this, to, view, at, taken, gone);
  }

  get isLast(): boolean {
    return this.away.closed;
  }

  readonly isLeft = ({ words }: RecordView, at: number): boolean => isSurviving(words[at + 1] ?? 0);

  lostOnTheWay(to: number, messages: number): void {
    this.counts.deadLettered += messages;
    tellLost(this, to, messages);
  }

  laneRefused(from: number): void {
    this.counts.badLanes += 1;
    const cause = `thread ${from} wrote bytes that no sender writes`;
    this.log.error({ thread: this.thread.index, from }, `lane closed: ${cause}`);
    this.answers.threadDied(from, this.thread.signals.generation(from), fateOf(cause));
  }

  /**
   * The other end of a lane has refused it: what it did not take comes back, as far as it can be
   * read. Which calls were in what cannot be read nobody knows, so all that wait for `to` fail.
   */
  laneClosed(to: number): void {
    this.thread.closeLane(to);
    const cause = `thread ${to} refused the lane: it held bytes that no sender writes`;
    this.answers.threadDied(to, this.thread.signals.generation(to), fateOf(cause));
    this.thread.scheduler.wake();
  }

  /** Takes and publishes what is still on its way, in a turn of the event loop of its own. */
  quiesce(): Promise<void> {
    this.thread.scheduler.wake();
    return new Promise((resolve) =>
      this.thread.env.macrotask(() => {
        this.#tellRest();
        resolve(this.settle());
      }),
    );
  }

  /** The keeper says that a thread died; or ended after its actors had, of no cause. */
  threadDied(index: number, generation: number, cause?: string, culprit?: Culprit): void {
    const fate = fateOf(cause, culprit);
    this.thread.threadDied(index, generation);
    this.answers.threadDied(index, generation, fate);
    this.bonding.threadDied(index, generation, fate);
    this.thread.scheduler.wake();
  }

  run(turnsMax: number): number {
    return this.watch === undefined ? this.turns.run(turnsMax) : this.watch.run(turnsMax);
  }

  get hasReady(): boolean {
    return this.turns.ready.count > 0;
  }

  get awaits(): boolean {
    return this.calls.far > 0;
  }

  settle(): void {
    this.calls.dateAll();
    this.survival.settle();
    this.ownThread?.look();
    this.meter.settle();
  }

  asked(): void {
    if (this.thread.index === 0) this.thread.signals.inspected = isInspected();
  }

  takeResumed(): boolean {
    const { resumed } = this.turns;
    this.turns.resumed = false;
    return resumed;
  }

  date(now: number): void {
    this.calls.date(now);
    this.openTurns.date(now);
    if (this.watch !== undefined && this.openTurns.size > 0) this.watch.opened();
  }

  due(payload: number): void {
    if ((payload & 1) === 1) return this.timers.due(payload >> 1);
    const request = this.calls.at(payload >> 1);
    if (request !== undefined) this.answers.expire(request);
  }
}
