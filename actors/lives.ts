/**
 * Births and deaths of the actors on one thread.
 *
 *     spawn: slot → name → init → ready          any step may fail, and then nothing is left behind
 *     end:   terminate → dead: mailbox buried, open calls failed, timers, name and slot given back
 */

import type { CallbackName } from "../runtime/heartbeat.ts";
import { setStall } from "../runtime/stall-times.ts";
import { isAsync } from "./behaviour.ts";
import { Cell, DEAD, READY, STARTING, STOPPING, SUSPENDED } from "./cell.ts";
import { whoIs } from "./crash-report.ts";
import type { Blueprint } from "./define.ts";
import { ActorDown, TooManyActors } from "./errors.ts";
import { crashed, type ExitReason, formatExit, SHUTDOWN } from "./exit.ts";
import type { Host } from "./host.ts";
import type { Kind } from "./kind.ts";
import type { LetterReason } from "./letters.ts";
import type { Lineage } from "./lineage.ts";
import { bondsOf } from "./links.ts";
import { kindOf, type Message, TICK } from "./mailbox.ts";
import { isThenable } from "./thenable.ts";
import type { ShutdownTime } from "./types.ts";

/** Beyond the time that a child is given by its supervisor, which kills it by then. */
const GIVEN_MARGIN_MS = 1000;

export interface Birth {
  kind: Kind;
  args: readonly unknown[];
  name: string | undefined;
  label: string | undefined;
  /** The trace context of who spawns it. */
  context: string | undefined;
  lineage: Lineage | undefined;
  /** Linked with its parent from before its `init` on. */
  link: boolean;
  /** What its `terminate` may take, if who spawns it says so. */
  shutdown: ShutdownTime | undefined;
  /** How often it was started before, for whoever looks in. */
  restarts: number;
  /** A supervisor has spawned it, and will start it again. */
  supervised: boolean;
  /** And will not. */
  temporary: boolean;
  /** How long its turns may take, if who spawns it says so. */
  stallAfter: number | undefined;
}

export class Lives {
  readonly #host: Host;
  /** Actors whose `init` waits for something, with what fails their spawn. */
  readonly #unborn: Map<Cell, (error: ActorDown) => void> = new Map();

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Makes an actor and runs its init. Rejects with what init threw, NameTaken, NamesFull,
   * TooManyActors.
   */
  spawn(birth: Birth): Cell | Promise<Cell> {
    const { thread, counts } = this.#host;
    const { kind, label } = birth;
    const slot = thread.directory.take(kind.id);
    if (slot === 0) throw new TooManyActors(thread.directory.capacity);
    const cell = new Cell(kind, slot, thread.directory.incarnation(slot));
    this.#host.cells.set(slot, cell);
    counts.actors += 1;
    this.#host.meter.born(slot, birth.lineage, birth.restarts);
    const stallAfter = birth.stallAfter ?? kind.blueprint.stallAfter;
    if (stallAfter !== undefined) setStall(thread.directory, slot, stallAfter);
    if (label !== undefined) cell.more().label = label;
    cell.kin = birth.lineage;
    if (birth.shutdown !== undefined) bondsOf(cell).shutdown = birth.shutdown;
    this.#host.recording.born(cell);
    if (birth.link && birth.lineage !== undefined) {
      this.#host.links.add(cell, birth.lineage.parent);
    }
    if (kind.survives) return this.#surviving(cell, birth);
    return this.#begin(cell, birth);
  }

  #begin(cell: Cell, birth: Birth): Cell | Promise<Cell> {
    if (birth.name === undefined) return this.#init(cell, birth);
    return this.#named(cell, birth.name, birth);
  }

  async #surviving(cell: Cell, birth: Birth): Promise<Cell> {
    try {
      await this.#host.survival.begin(cell, birth);
    } catch (error) {
      this.#unlinkParent(cell);
      this.#bury(cell, crashed(error));
      throw error;
    }
    if (cell.status === STARTING) return this.#begin(cell, birth);
    throw new ActorDown(cell.toString(), cell.ending ?? SHUTDOWN, "no");
  }

  /** An actor that a dead thread has left with its mailbox gets a state again. */
  reborn(cell: Cell, birth: Birth): Cell | Promise<Cell> {
    if (birth.shutdown !== undefined) bondsOf(cell).shutdown = birth.shutdown;
    if (birth.link && birth.lineage !== undefined) {
      this.#host.links.add(cell, birth.lineage.parent);
    }
    return cell.status === STARTING
      ? this.#init(cell, birth)
      : Promise.reject(new ActorDown(cell.toString(), cell.ending ?? SHUTDOWN, "no"));
  }

  async #named(cell: Cell, name: string, birth: Birth): Promise<Cell> {
    try {
      await this.#host.names.claim(name, cell);
    } catch (error) {
      this.#unlinkParent(cell);
      this.#bury(cell, crashed(error));
      throw error;
    }
    cell.more().name = name;
    if (cell.status !== STARTING) {
      // It was ended meanwhile, by a signal or by the system's stop.
      this.#host.names.release(name, cell);
      throw new ActorDown(cell.toString(), cell.ending ?? SHUTDOWN, "no");
    }
    return this.#init(cell, birth);
  }

  #init(cell: Cell, { args, context }: Birth): Cell | Promise<Cell> {
    const { init, isInitAsync, idleMs, name: definition } = cell.kind.blueprint;
    const { idles, trace } = this.#host;
    // Before `init`, which may set another time, or none.
    if (idleMs !== undefined) idles.set(cell, idleMs);
    if (cell.kind.survives) this.#host.survival.starts(cell);
    const call = (): unknown => init(cell, ...args);
    const traced =
      trace === undefined
        ? call
        : () => trace.run(context, call, { definition, handler: "init", type: "init" });
    try {
      const state = this.#callback(cell, "init", isInitAsync, traced);
      return isThenable(state) ? this.#startsLater(cell, state) : this.#started(cell, state);
    } catch (error) {
      return this.#failed(cell, error);
    }
  }

  /** Rejects at the end of the actor, too: its `init` may wait for what never comes. */
  #startsLater(cell: Cell, state: PromiseLike<unknown>): Promise<Cell> {
    return new Promise((resolve, reject) => {
      this.#unborn.set(cell, reject);
      Promise.resolve(state)
        .then(
          (settled: unknown) => this.#started(cell, settled),
          (error: unknown) => this.#failed(cell, error),
        )
        .then(resolve, reject);
    });
  }

  /** In the root context: who spawns or stops an actor does so from within one of its own. */
  #callback(cell: Cell, name: CallbackName, mayAwait: boolean, call: () => unknown): unknown {
    const { ambient, thread } = this.#host;
    return thread.env.root(() =>
      mayAwait ? ambient.asyncCallback(cell, name, call) : ambient.callback(cell, name, call),
    );
  }

  #started(cell: Cell, state: unknown): Cell {
    if (cell.status !== STARTING)
      throw new ActorDown(cell.toString(), cell.ending ?? SHUTDOWN, "no");
    this.#unborn.delete(cell);
    cell.state = state;
    if (cell.kind.survives) this.#host.survival.born(cell);
    cell.status = READY;
    const { turns, idles } = this.#host;
    idles.touch(cell);
    this.#host.debug?.(whoIs(this.#host, cell), "an actor is born");
    if (cell.extra?.asked !== undefined) this.#host.inspection.betweenTurns(cell);
    if (cell.ending !== undefined) this.endAfterTurn(cell);
    else if (cell.count > 0 && cell.status === READY && !cell.queued) turns.enqueue(cell);
    return cell;
  }

  async #failed(cell: Cell, error: unknown): Promise<never> {
    const name = cell.extra?.name;
    this.#unborn.delete(cell);
    this.#unlinkParent(cell);
    // The system's stop may have been faster.
    if (cell.status !== DEAD) this.#bury(cell, crashed(error));
    // The name is free again before the caller learns of the failure.
    if (name !== undefined) await this.#host.names.released(name);
    throw error;
  }

  /** Who has spawned it learns of its failure by what `spawn` rejects with, and by no exit. */
  #unlinkParent(cell: Cell): void {
    if (cell.lineage !== undefined) this.#host.links.remove(cell, cell.lineage.parent);
  }

  /** It has ended while its `init` waited. */
  async #stillborn(cell: Cell, reason: ExitReason, fail: (error: ActorDown) => void) {
    const name = cell.extra?.name;
    if (name !== undefined) await this.#host.names.released(name);
    fail(new ActorDown(cell.toString(), reason, "no"));
  }

  /** A handler threw: the report, then the end. `message` is what it handled. */
  crash(cell: Cell, handler: string, error: unknown, message?: Message): void {
    const reason = crashed(error);
    const crash = { cell, handler, error, reason: String(reason.cause), message };
    this.#host.recording.crashed(cell, handler, message);
    if (cell.status >= STOPPING) return this.#host.reports.late(crash);
    this.#host.reports.crash(crash);
    cell.ending = undefined;
    this.end(cell, reason);
  }

  endAfterTurn(cell: Cell): void {
    const reason = cell.ending;
    if (reason === undefined) return;
    const struck = this.#host.exits.struck(cell);
    if (!struck && cell.status !== READY && cell.status !== SUSPENDED) return;
    cell.ending = undefined;
    this.end(cell, reason);
  }

  /**
   * Ends an actor now. `terminate` runs unless the reason is killed or lost, within the
   * definition's `shutdown`, else stopTimeout.
   */
  end(cell: Cell, reason: ExitReason): void {
    if (cell.status >= STOPPING) return;
    const { terminate } = cell.kind.blueprint;
    if (cell.extra?.fault !== undefined && this.#told(cell, reason)) return;
    const started = cell.status !== STARTING;
    if (!started) {
      // For whoever waits for its `init`, or for its name before that.
      cell.ending = reason;
      this.#unlinkParent(cell);
    }
    cell.status = STOPPING;
    const silent = reason.type === "killed" || reason.type === "lost";
    if (terminate === undefined || silent || !started) return this.#bury(cell, reason);
    this.#terminate(cell, reason, terminate);
  }

  /** Reports the end that it has asked for; true if the log, which is a user's, has ended it. */
  #told(cell: Cell, reason: ExitReason): boolean {
    const extra = cell.more();
    const { fault } = extra;
    extra.fault = undefined;
    if (fault?.exit === reason) this.#host.reports.crash(fault);
    return cell.status >= STOPPING;
  }

  /** Ends an actor whose `terminate` has not come to an end. */
  abandon(cell: Cell, reason: ExitReason): void {
    if (cell.status !== DEAD) this.#bury(cell, reason);
  }

  #terminate(cell: Cell, reason: ExitReason, terminate: NonNullable<Blueprint["terminate"]>): void {
    const { spawner, thread, settings } = this.#host;
    const given = cell.bonds?.shutdown;
    const shutdown = given ?? cell.kind.blueprint.shutdown;
    const ms = typeof shutdown === "number" ? shutdown : settings.stopTimeout;
    // Whoever has said it, a supervisor, comes first with its kill.
    const withinMs = given === undefined ? ms : ms + GIVEN_MARGIN_MS;
    const complain = (error: unknown): void => this.#host.reports.terminate(cell, error);
    let result: unknown;
    try {
      const call = (): unknown => terminate(cell, reason);
      result = this.#callback(cell, "terminate", isAsync(terminate), call);
    } catch (error) {
      complain(error);
    }
    if (!isThenable(result)) return this.#bury(cell, reason);
    // When the system stops, Shutdown has the same time for all, and names who needs more.
    const timer =
      spawner.closed || shutdown === "infinity"
        ? undefined
        : thread.env.timer(withinMs, () => {
            if (cell.status === DEAD) return;
            complain(new Error(`it took longer than ${withinMs} ms`));
            this.#bury(cell, reason);
          });
    void Promise.resolve(result)
      .catch(complain)
      .then(() => {
        timer?.cancel();
        if (cell.status !== DEAD) this.#bury(cell, reason);
      });
  }

  #bury(cell: Cell, reason: ExitReason): void {
    const { turns, thread, counts } = this.#host;
    this.#host.debug?.(
      { ...whoIs(this.#host, cell), reason: formatExit(reason) },
      "an actor has ended",
    );
    cell.status = DEAD;
    this.#host.recording.ended(cell, reason);
    if (cell.kind.survives) this.#host.survival.ends(cell);
    const unborn = this.#unborn.size === 0 ? undefined : this.#unborn.get(cell);
    if (unborn !== undefined) this.#unborn.delete(cell);
    this.#host.cells.delete(cell.slot);
    if (cell.known !== undefined) cell.known.cell = undefined;
    this.#buryMailbox(cell, reason);
    this.#buryExtra(cell, reason);
    if (unborn !== undefined) void this.#stillborn(cell, reason, unborn);
    this.#host.meter.tell(cell);
    thread.directory.release(cell.slot);
    if (cell.kind.survives) this.#host.survival.over(cell);
    counts.actors -= 1;
    this.#host.phonebook.ended(cell);
    const bonds = cell.bonds;
    if (bonds !== undefined) this.#host.bonding.bury(cell, bonds, reason);
    // The deaths of others may have resolved promises that user code waits for.
    turns.resumed = true;
    thread.scheduler.wake();
  }

  #buryMailbox(cell: Cell, reason: ExitReason): void {
    const { answers, callbacks, turns } = this.#host;
    const message = { tag: 0, from: 0, arg: undefined as unknown };
    const survivor = cell.extra?.survivor;
    const why = reason.type as LetterReason;
    callbacks.unstash(cell);
    while (cell.count > 0) {
      if (survivor === undefined) cell.shift(message, turns.pool);
      else survivor.discard(cell, message, turns.pool);
      const counted = survivor !== undefined && kindOf(message.tag) !== TICK;
      if (counted) answers.buried(cell, message, why, reason);
      else answers.bury(cell, message, why, reason);
    }
  }

  #buryExtra(cell: Cell, reason: ExitReason): void {
    const { extra } = cell;
    if (extra === undefined) return;
    const { answers, names } = this.#host;
    extra.timers?.clear();
    this.#host.idles.clear(cell);
    this.#host.inspection.bury(cell);
    for (const request of extra.open ?? []) {
      request.abort?.abort();
      answers.fail(request, new ActorDown(cell.toString(), reason, "maybe"));
    }
    extra.open?.clear();
    extra.abort?.abort();
    extra.readiers?.tell();
    if (extra.name !== undefined) names.release(extra.name, cell);
  }
}
