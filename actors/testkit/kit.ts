/**
 * A kit: the system that a test runs in, what the test starts there, and what it may ask of it.
 *
 *     testKit(options)                 nothing runs yet
 *       start(Definition, args) ──▶    the system runs; the actor is ended after the test
 *       probe(Definition) ─────────▶   an actor of the test itself
 *       reset()                        after each test: all ended, the last one first, and checked
 *       stop()                         the same, and the system ends
 *
 * A test fails at its end (TestFailed) if an actor crashed that nobody expected, if what it started
 * does not end in time, or if a `terminate` failed. The kit knows no test runner: `reset` and
 * `stop` are for the hooks of any.
 */

import { summarise } from "../../runtime/errors.ts";
import { InvalidOptions } from "../errors.ts";
import type { ExitReason } from "../exit.ts";
import type { DeadLetter } from "../letters.ts";
import { known } from "../options.ts";
import type { PhaseReport } from "../phases.ts";
import { startOn, startSystem } from "../start.ts";
import type { System } from "../system.ts";
import type { AnyRef, Definition, Ref, SpawnRest } from "../types.ts";
import { type ActorCrash, type ExpectedCrash, expectedText } from "./crashes.ts";
import { ExpectationFailed, KitNotRunning, TestFailed } from "./errors.ts";
import type { Inbox } from "./inbox.ts";
import type { KeptLine } from "./keeping-log.ts";
import { checkKitOptions, type KitOptions, type KitSettings } from "./kit-options.ts";
import type { Probe, ProbeHome, WithinOptions } from "./probe.ts";
import { makeProbe, type ProbeOptions } from "./probes.ts";
import type { HandlerOf } from "./received.ts";
import { tearDown } from "./teardown.ts";
import { VirtualTime } from "./virtual-time.ts";
import { EXPECT_MS, realClock, SETTLE_MS, TEARDOWN_MS, Waits } from "./waits.ts";
import { Witness } from "./witness.ts";

/**
 * A kit for one test, or for all of a file with `reset` between them. Starts nothing yet.
 *
 * @throws InvalidOptions (ERR_INVALID_OPTIONS) for what is wrong in its own options; those of the
 *   system are checked when it is started.
 */
export function testKit(options: KitOptions = {}): TestKit {
  return new TestKit(checkKitOptions(options));
}

export class TestKit {
  readonly #settings: KitSettings;
  readonly #waits: Waits;
  readonly #time: VirtualTime | undefined;
  readonly #witness: Witness;
  readonly #home: ProbeHome;
  #state: "not started" | "running" | "stopped" = "not started";
  #starting: Promise<System> | undefined;
  #system: System | undefined;
  /** What is to be ended after the test, in the order in which it was started. */
  #started: AnyRef[] = [];
  readonly #downs: Map<AnyRef, Promise<ExitReason>> = new Map();
  #inboxes: Inbox[] = [];
  /** A test fails once, and with what it has failed of first. */
  #hasFailed = false;

  constructor(settings: KitSettings) {
    this.#settings = settings;
    const { virtual } = settings;
    this.#time = virtual === undefined ? undefined : new VirtualTime(virtual);
    this.#waits = new Waits(this.#time ?? realClock, settings.timeFactor);
    this.#waits.ms("teardownTimeout", settings.teardownTimeout, TEARDOWN_MS);
    this.#witness = new Witness(settings);
    this.#home = {
      waits: this.#waits,
      whenDown: (ref) => this.#whenDown(ref),
      elsewhere: (inbox) => {
        this.#hasFailed = true;
        return this.#witness.elsewhere(this.#inboxes.filter((other) => other !== inbox));
      },
    };
  }

  /** The system, once something was started. @throws KitNotRunning (ERR_KIT_NOT_RUNNING) */
  get system(): System {
    if (this.#state === "running" && this.#system !== undefined) return this.#system;
    throw new KitNotRunning("kit.system", this.#state === "stopped" ? "stopped" : "not started");
  }

  /** Dead letters of this test so far, the newest 1000, oldest first. A copy. */
  get deadLetters(): readonly DeadLetter[] {
    return this.#witness.letters;
  }

  /** Lines of the log of this test so far, the newest 1000, oldest first. A copy. */
  get log(): readonly KeptLine[] {
    return this.#witness.lines;
  }

  /** Starts the system if it does not run yet; the others do this by themselves. */
  ready(): Promise<System> {
    if (this.#state === "stopped") return Promise.reject(new KitNotRunning("kit", "stopped"));
    this.#starting ??= this.#begin();
    return this.#starting;
  }

  async #begin(): Promise<System> {
    const options = { ...this.#settings.system, log: this.#witness.log };
    const stage = this.#time?.open();
    const starting = stage === undefined ? startSystem(options) : startOn(stage, options);
    const system = await this.#settled(starting).catch((error: unknown) => {
      this.#time?.close();
      throw error;
    });
    system.deadLetters((letter) => this.#witness.letter(letter));
    this.#system = system;
    this.#state = "running";
    return system;
  }

  /** What the kit itself waits for: in virtual time it lets pass what that needs. */
  async #settled<Result>(promise: Promise<Result>, ms: number = SETTLE_MS): Promise<Result> {
    await this.#time?.settle(promise, ms);
    return promise;
  }

  /** Virtual milliseconds since the system started. @throws InvalidOptions without `virtual` */
  get now(): number {
    return this.#virtual("now").now();
  }

  /**
   * Lets virtual time pass: timers fire in their order, each with all turns that follow from it.
   * When it settles nothing is left to do at that time, and `now` is exactly so much later.
   *
   * @throws (rejects with) NeverQuiet (ERR_NEVER_QUIET); what code on main threw and nobody caught;
   *   InvalidOptions
   */
  async advance(ms: number): Promise<void> {
    const time = this.#virtual("advance");
    await this.ready();
    await time.advance(this.#waits.ms("ms", ms, 0));
  }

  #virtual(what: string): VirtualTime {
    if (this.#time !== undefined) return this.#time;
    throw new InvalidOptions(what, "used with testKit({ virtual: true })", this.#settings.virtual);
  }

  /**
   * Starts an actor for this test: after it the actor is ended, those started last first. Nothing
   * restarts it: for that, start a supervisor.
   *
   * @throws (rejects with) what `system.spawn` rejects with; KitNotRunning
   */
  async start<Args extends unknown[], P>(
    definition: Definition<Args, P>,
    ...rest: SpawnRest<Args>
  ): Promise<Ref<P>> {
    const system = await this.ready();
    const ref = await this.#settled(system.spawn(definition, ...rest));
    this.#started.push(ref);
    this.watch(ref);
    return ref;
  }

  /**
   * A probe that takes the messages of a definition, for which it stands in under `name`; or, as
   * `kit.probe<P>(["add", "get"])`, those of any protocol. It lives on main.
   *
   * @throws (rejects with) InvalidOptions, NameTaken, KitNotRunning
   */
  probe<Args extends unknown[], P>(
    definition: Definition<Args, P>,
    options?: ProbeOptions,
  ): Promise<Probe<P>>;
  probe<P>(handlers: readonly HandlerOf<P>[], options?: ProbeOptions): Promise<Probe<P>>;
  async probe(like: unknown, options: ProbeOptions = {}): Promise<Probe<unknown>> {
    const system = await this.ready();
    const number = this.#inboxes.length + 1;
    const made = makeProbe<unknown>(system, this.#home, like, options, number);
    const { probe, inbox } = await this.#settled(made);
    this.#inboxes.push(inbox);
    this.#started.push(probe.ref);
    return probe;
  }

  /**
   * Watches an actor that the kit has not started from now on, so that `expectDown` knows how it
   * ended however much later it is asked.
   */
  watch(ref: AnyRef): void {
    // Fails only with the system, and then so does whatever the test does next.
    this.#whenDown(ref).catch(() => {});
  }

  #whenDown(ref: AnyRef): Promise<ExitReason> {
    let down = this.#downs.get(ref);
    if (down === undefined) {
      down = this.system.whenDown(ref);
      this.#downs.set(ref, down);
    }
    return down;
  }

  /**
   * Runs `cause`, waits until an actor has crashed (3000 ms unless told otherwise), and settles
   * with that crash, which then is one that the test expects. If `cause` fails, as a call does
   * whose handler crashes, that is no failure of its own.
   *
   * @throws (rejects with) ExpectationFailed if no such crash came; `cause` is what `cause` threw
   */
  async expectCrash(
    cause: () => unknown,
    wanted: ExpectedCrash & WithinOptions = {},
  ): Promise<ActorCrash> {
    known("expectCrash", wanted, ["actor", "handler", "error", "within"]);
    const ms = this.#waits.ms("within", wanted.within, EXPECT_MS);
    await this.ready();
    const { crashes } = this.#witness;
    const from = crashes.count;
    const options: ErrorOptions = {};
    try {
      await cause();
    } catch (error) {
      options.cause = error;
    }
    const { clock } = this.#waits;
    const began = clock.now();
    for (;;) {
      const crash = crashes.expect(wanted, from);
      if (crash !== undefined) return crash;
      const left = began + ms - clock.now();
      if (left <= 0 || !(await clock.within(crashes.more(), left))) break;
    }
    this.#hasFailed = true;
    const expected = expectedText(wanted);
    const told = [
      `expected ${expected}, and none came within ${Math.round(ms)} ms`,
      ...this.#witness.elsewhere(this.#inboxes).map((one) => `elsewhere: ${one}`),
    ];
    const facts = { probe: "kit", expected, got: undefined, waitedMs: ms };
    throw new ExpectationFailed(facts, told, options);
  }

  /**
   * Ends what the test has started, the last one first, probes included; looks whether all went as
   * it should; and forgets it. The system runs on, for the next test.
   *
   * @throws (rejects with) TestFailed (ERR_TEST_FAILED), all the same with everything ended
   */
  async reset(): Promise<void> {
    const system = await this.#running();
    if (system === undefined) return;
    this.#judge([...(await this.#tearDown(system)), ...(await this.#noticed(system))]);
  }

  /**
   * The same, and stops the system. A second time, or if nothing was started, it does nothing.
   *
   * @throws (rejects with) TestFailed
   */
  async stop(): Promise<void> {
    const system = await this.#running();
    this.#state = "stopped";
    if (system === undefined) return;
    this.#starting = undefined;
    try {
      const problems = await this.#tearDown(system);
      const { phases } = await this.#settled(system.stop());
      problems.push(...leftIn(phases, problems));
      this.#judge([...problems, ...(await this.#noticed(system))]);
    } finally {
      this.#time?.close();
    }
  }

  /** For `await using`. A test that has failed already is not failed twice, by what came of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    const hasFailed = this.#hasFailed;
    await this.stop().catch((error: unknown) => {
      if (!hasFailed) throw error;
    });
  }

  /** Undefined if it never ran, could not be started, or was stopped. */
  async #running(): Promise<System | undefined> {
    // Whoever asked for it has been told why it did not start.
    return this.#starting?.catch(() => undefined);
  }

  #tearDown(system: System): Promise<string[]> {
    const refs = this.#started;
    this.#started = [];
    const ms = this.#waits.ms("teardownTimeout", this.#settings.teardownTimeout, TEARDOWN_MS);
    return this.#settled(tearDown(system, refs, this.#waits.clock, ms), ms + SETTLE_MS);
  }

  async #noticed(system: System): Promise<string[]> {
    const errors = this.#time?.takeErrors() ?? [];
    const problems = await this.#witness.problems(system, this.#waits.clock);
    return [...errors.map((error) => `nobody caught this: ${summarise(error)}`), ...problems];
  }

  /** Forgets the test. @throws TestFailed */
  #judge(problems: readonly string[]): void {
    this.#downs.clear();
    this.#inboxes = [];
    this.#hasFailed = false;
    if (problems.length > 0) throw new TestFailed(problems);
  }
}

/** What had not ended in time on the way down, besides those of whom is known already. */
function leftIn(phases: readonly PhaseReport[], told: readonly string[]): string[] {
  const known = new Set(told.map(actorIn));
  return phases
    .filter(({ name }) => name !== "intake" && name !== "drain")
    .flatMap(({ stillRunning, failed }) => [...stillRunning, ...failed])
    .filter((line) => !known.has(actorIn(line)));
}

/** Lines of what an actor is at begin with it. */
function actorIn(line: string): string {
  return line.split(" ")[0] ?? line;
}
