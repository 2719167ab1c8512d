/**
 * A thread takes over for a dead one: the mailboxes that survive go on where they were.
 *
 *     backlogs ──▶ cells with their messages ──▶ what the dead one's lanes still hold ──▶ the
 *     directory names this thread ──▶ init, at once or when the supervisor says so ──▶ turns
 *
 * Each step leaves the dead thread's memory such that whoever goes on after a death in the middle
 * goes on from there, and no turn runs before the new thread is named.
 *
 * A message whose turn was cut off is a dead letter, unless its handler may be run again; an answer
 * of which nobody knows whether it has left is "maybe".
 */

import { Backlog, isBacklog, OVER, UNBORN } from "../runtime/backlog.ts";
import type { Way } from "../runtime/backlog-layout.ts";
import type { Entry } from "../runtime/backlog-reader.ts";
import { DEAD_LETTERED, HANDLED } from "../runtime/counters.ts";
import type { Heritage, KeptMailbox } from "../runtime/heritage.ts";
import { type Leftover, Leftovers } from "../runtime/leftovers.ts";
import type { Lane } from "../runtime/thread.ts";
import { Cell, DEAD } from "./cell.ts";
import { ActorDown } from "./errors.ts";
import { lost } from "./exit.ts";
import type { Host } from "./host.ts";
import type { LetterReason } from "./letters.ts";
import type { Birth } from "./lives.ts";
import { handlerIn, type Place, replayed, requestIn } from "./replay.ts";
import { birthOf } from "./spawner.ts";
import { Survivor } from "./survivor.ts";
import type { Order, Terms } from "./terms.ts";
import { isSurviving } from "./wire.ts";

/** A supervisor starts its children again within this time, or their mailboxes are given up. */
const INHERIT_MS = 30_000;

const GIVEN_UP = "its mailbox could not be gone on with";
const NOT_AGAIN = "nobody starts it again";
const ENDED = "its thread died as it ended";
const CUT = "its thread died in the middle of its turn";
const UNREAD = "each thread that read it died of that";

/** A mailbox whose actor's module is there. */
interface Found {
  readonly cell: Cell;
  readonly birth: Birth;
  readonly backlog: Backlog;
  readonly entries: readonly Entry[];
  /** It had ended, and its mailbox was being discarded. */
  readonly over: boolean;
}

/** What is left in a lane for this thread. */
interface Left {
  readonly way: Way;
  readonly leftovers: Leftovers;
  readonly records: readonly Leftover[];
}

export class Recovery {
  readonly #host: Host;
  readonly #heritage: Heritage;
  readonly #found: Map<number, Found> = new Map();

  constructor(host: Host, heritage: Heritage) {
    this.#host = host;
    this.#heritage = heritage;
  }

  /** Until senders find the mailboxes here. No turn has run then. */
  async run(): Promise<void> {
    const { directory } = this.#host.thread;
    for (const mailbox of this.#heritage.mailboxes) await this.#find(mailbox);
    const lanes = this.#heritage.lanes.map((lane) => this.#open(lane));
    // What the dead thread had: in the backlogs, or taken out of a lane on the way to them.
    let had = 0;
    for (const { entries } of this.#found.values()) {
      for (const { state } of entries) if (state === "waiting") had += 1;
    }
    for (const { records } of lanes) for (const { counted } of records) if (counted) had += 1;
    this.#host.closeBooks(had);
    for (const found of this.#found.values()) this.#replay(found);
    for (const lane of lanes) this.#enterAll(lane);
    // A supervisor may say so as soon as the directory names this thread.
    for (const { cell, birth, over } of this.#found.values()) {
      if (birth.supervised && !birth.temporary && !over) this.#host.survival.waiting.add(cell);
    }
    for (const slot of this.#found.keys()) directory.revive(slot);
    this.#endOver();
    for (const slot of directory.kept) directory.giveUp(slot);
    for (const { slot, incarnation } of this.#heritage.mailboxes) {
      if (!this.#found.has(slot)) void this.#host.link.dropMailbox(slot, incarnation);
    }
  }

  /**
   * Starts the actors that nobody else starts, once the keeper knows that this thread runs: an
   * `init` that does not end is a stall like any other from then on.
   */
  begin(): void {
    const { env, scheduler } = this.#host.thread;
    // Calls may have been over before they were taken over.
    scheduler.readClock();
    const waiting: Cell[] = [];
    for (const { cell, birth } of this.#found.values()) {
      if (cell.status === DEAD) continue;
      if (birth.temporary || this.#isOrphan(birth)) {
        this.#host.lives.end(cell, lost(NOT_AGAIN));
      } else if (birth.supervised) {
        if (this.#wait(cell, birth)) waiting.push(cell);
      } else env.macrotask(() => void this.#bear(cell, birth));
    }
    // Nothing that this thread has seen is in a lane that comes later, so nobody asks any more.
    this.#found.clear();
    if (waiting.length > 0) {
      env.timer(INHERIT_MS, () => this.#endWaiting(waiting));
    }
  }

  /** Those that had ended by themselves end with what they have left, before anybody finds them. */
  #endOver(): void {
    for (const { cell, over } of this.#found.values()) {
      if (over) this.#host.lives.end(cell, lost(ENDED));
    }
  }

  #endWaiting(cells: readonly Cell[]): void {
    const { lives, survival } = this.#host;
    const reason = lost(`its supervisor did not start it again within ${INHERIT_MS} ms`);
    for (const cell of cells) if (survival.waiting.has(cell)) lives.end(cell, reason);
  }

  async #find({ slot, incarnation, memory }: KeptMailbox): Promise<void> {
    const { codec, modules, phonebook, thread, log } = this.#host;
    const { directory } = thread;
    const actor = this.#host.describe(slot);
    if (!directory.survives(slot, incarnation)) return;
    if (!isBacklog(memory)) {
      return log.error({ actor, offset: 0, bytes: memory.byteLength }, DAMAGED);
    }
    const backlog = new Backlog(memory);
    const { phase } = backlog;
    if (phase === UNBORN) return;
    const facts = phonebook.facts(directory.definition(slot));
    if (facts === undefined) return;
    try {
      const blueprint = await modules.load(facts);
      const { birth, reads } = backlog;
      const { survives } = blueprint;
      if (survives === undefined) return;
      if (reads >= survives.attempts) {
        return log.error({ actor, error: new Error(UNREAD), reads }, GIVES_UP);
      }
      backlog.reads += 1;
      const order = codec.decode(birth, 0, birth.length) as Terms & Pick<Order, "args">;
      backlog.reads -= 1;
      const kind = phonebook.adopt(blueprint, facts.id, order.mailbox);
      const { entries, damage } = backlog.read();
      if (damage !== undefined) log.error({ actor, ...damage }, DAMAGED);
      const cell = new Cell(kind, slot, incarnation);
      cell.more().survivor = new Survivor(backlog, thread, survives, this.#host.survival.unsettled);
      const born = birthOf(kind, order, order.args, undefined);
      this.#found.set(slot, { cell, birth: born, backlog, entries, over: phase === OVER });
    } catch (error) {
      log.error({ actor, error }, GIVES_UP);
    }
  }

  #replay(found: Found): void {
    const { cell, birth, entries } = found;
    const { cells, counts, phonebook, thread } = this.#host;
    cells.set(cell.slot, cell);
    // What the dead life said of room there is over; the entries may fill it up again.
    thread.directory.setCongested(cell.slot, false, false);
    phonebook.revived(cell);
    counts.actors += 1;
    const { name, label } = birth;
    if (name !== undefined) cell.more().name = name;
    if (label !== undefined) cell.more().label = label;
    cell.kin = birth.lineage;
    this.#host.meter.goesOn(cell.slot, birth.lineage);
    for (const entry of entries) this.#goOn(found, entry);
    cell.extra?.survivor?.release();
  }

  #goOn({ cell, backlog, over }: Found, entry: Entry): void {
    const { intake } = this.#host;
    const { words: counts } = this.#host.counts;
    const { at, bytes, way, state, position } = entry;
    const place = { view: backlog.view, at, bytes };
    const isOver = over && state !== "waiting";
    if (isOver || !mayGoOn(cell, place, entry)) {
      return this.#leave(cell, place, entry, state !== "ended" && !isOver);
    }
    backlog.reading(position);
    const message = replayed(this.#host, cell, place, way);
    if (message === undefined) cell.extra?.survivor?.told(position, true);
    else backlog.again(position);
    // Its turn had begun, and is counted; side by side with the store above.
    if (state !== "waiting") counts[HANDLED] = (counts[HANDLED] ?? 0) - 1;
    if (message === undefined) return;
    const { tag, from, arg, urgent } = message;
    intake.enter(cell, tag, from, arg, urgent);
  }

  /**
   * A turn that was cut off, or that has ended, has no other. Whoever has called learns that nobody
   * knows; until that has left, the entry stays, since this thread may die over it.
   * @param dies a dead letter: nothing else has ended it
   */
  #leave(cell: Cell, place: Place, entry: Entry, dies: boolean): void {
    const { way, state, position } = entry;
    const { answers } = this.#host;
    const { words: counts } = this.#host.counts;
    const request = requestIn(this.#host, place, way);
    cell.extra?.survivor?.told(position, request !== undefined);
    if (dies) {
      // Counted as handled when its turn began; side by side with the store above.
      if (state === "begun") counts[HANDLED] = (counts[HANDLED] ?? 0) - 1;
      counts[DEAD_LETTERED] = (counts[DEAD_LETTERED] ?? 0) + 1;
      this.#tellLetter(cell, place, request === undefined ? "cast" : "call", entry);
    }
    if (request === undefined) return;
    const never = state === "waiting" && !isIdempotent(cell, place);
    const [why, fate] = never ? ([UNREAD, "no"] as const) : ([CUT, "maybe"] as const);
    answers.fail(request, new ActorDown(cell.toString(), lost(why), fate));
  }

  #tellLetter(cell: Cell, place: Place, type: "cast" | "call", { attempts, state }: Entry): void {
    const { words } = place.view;
    const { at } = place;
    const isPoison = state === "waiting" || isIdempotent(cell, place);
    const reason: LetterReason = isPoison ? "poison" : "crashed-while-handling";
    const what = state === "waiting" ? "readings" : "turns";
    const cause = `${attempts} ${what} of it were cut off by the death of their thread`;
    this.#host.tellLetter(reason, type, words[at + 4] ?? 0, () => ({
      target: cell.toString(),
      handler: cell.kind.blueprint.names[handlerIn(words, at)] ?? "?",
      ...(isPoison && { cause }),
    }));
  }

  /** A lane to the dead thread that was not known before. */
  take(lane: Lane): void {
    this.#enterAll(this.#open(lane));
  }

  /** What no backlog has of a lane to the dead thread. */
  #open(lane: Lane): Left {
    const way = { from: lane.from, generation: lane.fromGeneration, life: lane.toGeneration };
    const leftovers = new Leftovers(lane, this.#host.thread.signals);
    const { records, whole } = leftovers.read(isSurviving);
    if (!whole) this.#host.laneRefused(lane.from);
    // What came before a record that was seen was seen as well. That is noted in the lane itself:
    // backlogs forget it over the next lane from there, and this thread may die before its end.
    const last = records.findLastIndex((one) => this.#hasSeen(one, way));
    const seen = records[last];
    if (seen !== undefined) leftovers.pass(seen);
    return { way, leftovers, records: records.slice(last + 1) };
  }

  #hasSeen({ view, at, position }: Leftover, way: Way): boolean {
    const slot = view.words[at + 2] ?? 0;
    const found = this.#found.get(slot);
    return found?.backlog.hasSeen(way, position) === true;
  }

  #enterAll({ way, leftovers, records }: Left): void {
    for (const record of records) {
      if (!record.counted) leftovers.inherit();
      this.#host.counts.recordsIn += 1;
      this.#enter(record, way, leftovers);
      leftovers.pass(record);
    }
    leftovers.finish();
  }

  #enter(record: Leftover, way: Way, leftovers: Leftovers): void {
    const { cells, intake } = this.#host;
    const { view, at, bytes, position } = record;
    const cell = cells.get(view.words[at + 2] ?? 0);
    const backlog = cell?.extra?.survivor?.backlog;
    const same = cell !== undefined && (cell.incarnation | 0) === view.words[at + 3];
    if (!same || backlog === undefined) return this.#nobody(record, way);
    const reads = leftovers.reads(record);
    if (reads >= (cell.kind.blueprint.survives?.attempts ?? 1)) {
      backlog.pass(way, position);
      return this.#unread(cell, record, way, reads);
    }
    const message = replayed(this.#host, cell, record, way);
    if (message !== undefined) {
      const { tag, from, arg, urgent } = message;
      if (intake.admits(cell, tag, from, arg, bytes)) {
        backlog.append(view, at, bytes, urgent, way, position);
        intake.enter(cell, tag, from, arg, urgent);
        return;
      }
    }
    backlog.pass(way, position);
  }

  /** Out of a lane, it has ended each thread that took over until now. */
  #unread(cell: Cell, place: Place, way: Way, reads: number): void {
    const request = requestIn(this.#host, place, way);
    const { words } = place.view;
    const type = request === undefined ? "cast" : "call";
    this.#host.letter("poison", type, words[place.at + 4] ?? 0, () => ({
      target: cell.toString(),
      handler: cell.kind.blueprint.names[handlerIn(words, place.at)] ?? "?",
      cause: `${reads} readings of it were cut off by the death of their thread`,
    }));
    if (request === undefined) return;
    this.#host.answers.fail(request, new ActorDown(cell.toString(), lost(UNREAD), "no"));
  }

  /** Its mailbox is given up. */
  #nobody(place: Place, way: Way): void {
    const { words } = place.view;
    const { at } = place;
    const [slot = 0, incarnation = 0, from = 0] = words.subarray(at + 2, at + 5);
    const target = this.#host.describeTarget(slot, incarnation >>> 0, handlerIn(words, at));
    const request = requestIn(this.#host, place, way);
    this.#host.letter("lost", request === undefined ? "cast" : "call", from, () => target);
    if (request !== undefined) {
      this.#host.answers.fail(request, new ActorDown(target.target, lost(GIVEN_UP), "no"));
    }
  }

  /** Its supervisor has ended, or died with it, and no other one knows it. */
  #isOrphan({ supervised, lineage }: Birth): boolean {
    if (!supervised || lineage === undefined) return false;
    const { slot, incarnation } = lineage.parent;
    return !this.#host.thread.directory.isAlive(slot, incarnation);
  }

  /** Its supervisor starts it again, or ends and takes it along. */
  #wait(cell: Cell, birth: Birth): boolean {
    const { links, survival } = this.#host;
    if (!survival.waiting.has(cell)) return false;
    if (birth.link && birth.lineage !== undefined) links.add(cell, birth.lineage.parent);
    return true;
  }

  async #bear(cell: Cell, birth: Birth): Promise<void> {
    const { lives, log } = this.#host;
    const inits = cell.extra?.survivor?.backlog.inits ?? 0;
    const attempts = cell.kind.blueprint.survives?.attempts ?? 1;
    if (inits >= attempts) {
      const cause = `its init was cut off ${inits} times by the death of its thread`;
      log.error({ actor: String(cell), inits }, "an actor is not started again");
      return lives.end(cell, lost(cause));
    }
    try {
      await lives.reborn(cell, birth);
    } catch (error) {
      log.error({ actor: String(cell), error }, "an actor did not start again");
    }
  }
}

/** A turn of it may begin, the first one or another. */
function mayGoOn(cell: Cell, place: Place, { attempts, state }: Entry): boolean {
  if (state !== "waiting" && !isIdempotent(cell, place)) return false;
  return attempts < (cell.kind.blueprint.survives?.attempts ?? 1);
}

function isIdempotent({ kind }: Cell, { view, at }: Place): boolean {
  return kind.blueprint.survives?.idempotent[handlerIn(view.words, at)] === true;
}

const GIVES_UP = "a mailbox that survived its thread is given up";
const DAMAGED = "a mailbox that survived its thread holds bytes that nobody has written";
