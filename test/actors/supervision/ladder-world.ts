/**
 * A world around the rules of a ladder: it carries out what they want, lets time pass, makes rungs
 * fail, and checks after every step what must hold whatever happens.
 *
 * Each invariant is computed from events and effects alone, never from what the rules say of
 * themselves.
 */
import type { Outcome } from "../../../actors/supervision/budget.ts";
import type {
  LadderChange,
  LadderEffect,
  LadderEvent,
  LadderRules,
  LadderTimer,
} from "../../../actors/supervision/ladder-events.ts";
import { LadderState } from "../../../actors/supervision/ladder-state.ts";

/** Not `expect`, which would take most of the time of a long story. */
function must(holds: boolean, what: string, ...values: unknown[]): asserts holds {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(values)}`);
}

export const answered: Outcome = { type: "answered", ms: 1, served: 0, failed: 0 };
export const timeout: Outcome = { type: "timeout" };

interface Life {
  readonly rung: number;
  phase: "starting" | "up" | "over";
  /** Given to it and not answered yet. */
  toTake: number | undefined;
  epoch: number;
  probing: boolean;
  goodInRow: number;
  /** Its start goes on although nobody wants it. */
  unwanted: boolean;
}

export function rulesOf(ranks: readonly number[], more: Partial<LadderRules> = {}): LadderRules {
  return {
    rungs: ranks.map((rank, index) => ({ id: `r${index}`, rank, limits: {}, budget: {} })),
    minimumRank: 0,
    dwellMs: 30_000,
    probeMs: 1000,
    successes: 3,
    backoff: { min: 1000, max: 60_000, jitter: 0 },
    ...more,
  };
}

export class LadderWorld {
  now = 0;
  readonly state: LadderState;
  readonly changes: LadderChange[] = [];
  /** Those that are not over. */
  readonly lives: Map<number, Life> = new Map();
  /** The attempt that the service leads to. */
  open: number | undefined;
  failedTrials = 0;
  #timers: Map<LadderTimer, number> = new Map();
  #epoch: number;
  /** Of the one that the service led to last. */
  #opened = 0;
  readonly #given: Set<number> = new Set();
  /** Of the last change that put somebody in charge. */
  #lastEpoch = 0;
  #changedAt = 0;
  #stale = 0;
  #told = 0;
  readonly #rules: LadderRules;
  readonly #random: () => number;

  constructor(rules: LadderRules, random: () => number = () => 0, epoch = 0) {
    this.#rules = rules;
    this.#random = random;
    this.#epoch = epoch;
    this.state = new LadderState(rules, epoch);
    this.tell({ type: "begin" });
  }

  tell(event: LadderEvent): void {
    this.#told += 1;
    const moment = { at: this.now, random: this.#random() };
    for (const effect of this.state.step(event, moment)) this.#carryOut(effect);
    this.#check();
    for (const [number, { phase }] of this.lives) if (phase === "over") this.lives.delete(number);
  }

  #life(attempt: number): Life {
    const life = this.lives.get(attempt);
    if (life === undefined) throw new Error(`there is no attempt ${attempt}`);
    return life;
  }

  #carryOut(effect: LadderEffect): void {
    switch (effect.type) {
      case "start":
        return this.#start(effect.attempt, effect.rung);
      case "activate": {
        const life = this.#life(effect.attempt);
        must(life.phase === "up", "only who runs is given an epoch", life, effect);
        must(!this.#given.has(effect.epoch), "an epoch is given once", effect);
        must(life.epoch < effect.epoch, "epochs grow", life, effect);
        this.#given.add(effect.epoch);
        this.#epoch = Math.max(this.#epoch, effect.epoch);
        life.toTake = effect.epoch;
        return;
      }
      case "open": {
        const life = this.#life(effect.attempt);
        must(life.rung === effect.rung && life.phase === "up", "it leads to who runs", effect);
        must(life.epoch === this.#epoch, "it has taken its epoch, the newest", life, this.#epoch);
        must(life.epoch > this.#opened || this.open === effect.attempt, "one per epoch", life);
        this.#opened = life.epoch;
        this.open = effect.attempt;
        return;
      }
      case "close":
        must(effect.cause !== "", "a reason", effect);
        this.open = undefined;
        return;
      case "end":
        return this.#end(effect.attempt);
      case "probe": {
        const life = this.#life(effect.attempt);
        must(!life.probing && life.phase === "up", "one probe at a time", life);
        life.probing = true;
        return;
      }
      case "wait":
        must(Number.isSafeInteger(effect.ms) && effect.ms >= 0, "what a timer takes", effect);
        this.#timers.set(effect.timer, this.now + effect.ms);
        return;
      case "changed":
        return this.#changed(effect.change);
      case "trial-failed":
        this.failedTrials += 1;
        return;
    }
  }

  #start(attempt: number, index: number): void {
    const rung = this.#rules.rungs[index];
    must(rung !== undefined && rung.rank >= this.#rules.minimumRank, "the minimum", rung);
    for (const { rung: other, phase } of this.lives.values()) {
      must(other !== index || phase !== "starting", "one start of a rung at a time", index);
    }
    this.lives.set(attempt, {
      rung: index,
      phase: "starting",
      toTake: undefined,
      epoch: 0,
      probing: false,
      goodInRow: 0,
      unwanted: false,
    });
  }

  #end(attempt: number): void {
    const life = this.#life(attempt);
    if (life.phase !== "starting") life.phase = "over";
    if (this.open === attempt) this.open = undefined;
  }

  #changed(change: LadderChange): void {
    const last = this.changes.at(-1);
    must(change.from === last?.to, "it begins where the last one ended", change, last);
    must(change.at === this.now && change.cause !== "", "when and why", change);
    if (change.to !== undefined) {
      must(change.epoch > this.#lastEpoch, "epochs grow", change, this.#lastEpoch);
      this.#lastEpoch = change.epoch;
    }
    const [from, to] = [this.#index(change.from), this.#index(change.to)];
    if (from >= 0 && to >= 0 && to < from) {
      must(this.now - this.#changedAt >= this.#rules.dwellMs, "dwell", change, this.#changedAt);
      const good = this.open === undefined ? 0 : this.#life(this.open).goodInRow;
      must(good >= this.#rules.successes, "a better rung has earned it", change, good);
    }
    if (from !== to) this.#changedAt = this.now;
    this.#epoch = Math.max(this.#epoch, change.epoch);
    this.changes.push(change);
  }

  #index(id: string | undefined): number {
    return this.#rules.rungs.findIndex((rung) => rung.id === id);
  }

  #check(): void {
    const wanted = [...this.lives.values()].filter(
      ({ phase, unwanted }) => phase !== "over" && !unwanted,
    );
    must(wanted.length <= 2, "the one in charge and one trial", wanted);
    const isUp = this.open === undefined || this.#life(this.open).phase === "up";
    must(isUp, "it leads to who runs", this.open);
    must(this.state.stale === this.#stale, "reports with an old epoch are counted", this.#stale);
    must(this.state.epoch >= this.#epoch, "epochs grow", this.#epoch);
  }

  /** Those whose time it is, by what could happen to them next. */
  attempts(phase: "starting" | "up"): number[] {
    return [...this.lives].filter(([, life]) => life.phase === phase).map(([number]) => number);
  }

  start(attempt: number): void {
    const life = this.lives.get(attempt);
    if (life === undefined) return;
    life.phase = life.unwanted ? "over" : "up";
    this.tell({ type: life.unwanted ? "settled" : "started", attempt });
  }

  failStart(attempt: number, pending: boolean): void {
    const life = this.#life(attempt);
    if (life.unwanted) return this.start(attempt);
    if (pending) life.unwanted = true;
    else life.phase = "over";
    this.tell({ type: "failed", attempt, cause: "no start", pending });
  }

  take(attempt: number): void {
    const life = this.lives.get(attempt);
    if (life?.toTake === undefined) return;
    const epoch = life.toTake;
    life.toTake = undefined;
    life.epoch = epoch;
    this.tell({ type: "activated", attempt, epoch });
  }

  refuse(attempt: number): void {
    const life = this.lives.get(attempt);
    if (life?.toTake === undefined) return;
    life.toTake = undefined;
    this.tell({ type: "failed", attempt, cause: "no activation", pending: false });
  }

  crash(attempt: number): void {
    this.#life(attempt).phase = "over";
    if (this.open === attempt) this.open = undefined;
    this.tell({ type: "ended", attempt, cause: "crash" });
  }

  answer(attempt: number, outcome: Outcome): void {
    const life = this.lives.get(attempt);
    if (life?.probing !== true) return;
    life.probing = false;
    life.goodInRow = outcome.type === "answered" ? life.goodInRow + 1 : 0;
    this.tell({ type: "probed", attempt, outcome });
  }

  complain(epoch: number): void {
    const open = this.open === undefined ? undefined : this.#life(this.open);
    const mine = open?.epoch === epoch && open.toTake === undefined;
    const takes = [...this.lives.values()].some(
      ({ phase, toTake, rung }) =>
        phase === "up" && toTake === epoch && rung === this.state.incumbent?.rung.index,
    );
    if (!mine && !takes) this.#stale += 1;
    this.tell({ type: "not-ready", epoch, cause: "not now" });
  }

  /** To the next timer. */
  pass(late = 0): void {
    const [timer, due] = [...this.#timers].sort(([, one], [, two]) => one - two)[0] ?? [];
    if (timer === undefined || due === undefined) return;
    this.#timers.delete(timer);
    this.now = Math.max(this.now, due) + late;
    this.tell({ type: "due", timer });
  }

  /** Everything goes well from now on. */
  calm(until: number): void {
    this.settle();
    for (let due = this.#nextDue; due <= until; due = this.#nextDue) {
      this.pass();
      this.settle();
    }
    this.now = Math.max(this.now, until);
  }

  /** Until a trial has passed and is to take its epoch; false if that does not come. */
  ripen(): boolean {
    for (let turn = 0; turn < 200; turn += 1) {
      const { trial } = this.state;
      if (trial?.status === "activating") return true;
      for (const attempt of this.attempts("starting")) this.start(attempt);
      for (const attempt of this.attempts("up")) {
        if (attempt !== this.state.trial?.number) this.take(attempt);
        this.answer(attempt, answered);
      }
      if (this.state.trial?.status !== "activating") this.pass();
    }
    return false;
  }

  /** Until a trial has begun and been probed once. */
  tempt(): void {
    for (let turn = 0; turn < 200 && this.state.trial === undefined; turn += 1) {
      this.settle();
      this.pass();
    }
    const number = this.state.trial?.number ?? 0;
    this.start(number);
    this.answer(number, answered);
  }

  get #nextDue(): number {
    return Math.min(...this.#timers.values());
  }

  /** Whoever starts has started, has its epoch, and answers. */
  settle(): void {
    for (let before = -1; before !== this.#told; ) {
      before = this.#told;
      for (const attempt of this.attempts("starting")) this.start(attempt);
      for (const attempt of this.attempts("up")) this.take(attempt);
      for (const attempt of this.attempts("up")) this.answer(attempt, answered);
    }
  }

  /** Id of the rung that serves. */
  get serving(): string | undefined {
    if (this.open === undefined) return undefined;
    return this.#rules.rungs[this.#life(this.open).rung]?.id;
  }

  get epoch(): number {
    return this.#epoch;
  }
}
