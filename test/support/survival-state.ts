/**
 * What the model of surviving mailboxes consists of: its options, its planted bugs, its states.
 *
 *     producer 1 ──lanes──► ┌──────────┐ ◄── backlog of the one actor that survives
 *     producer 2 ──lanes──► │ consumer │     (life 1, 2, 3 … of one thread index)
 *                    ▲      └──────────┘
 *                    └──── keeper: told of lanes and deaths, tells producers and consumer
 *
 * A message is a number: those of producer p are from p * MESSAGES_MAX on. Lanes are numbers too,
 * in the order in which they were made; one joins a life of a producer with a life of the consumer.
 */

/** Ways to get it wrong. Each must be found. */
export type Bug =
  | "HEAD before the backlog"
  | "no note of what was seen"
  | "lives before it has recovered"
  | "attempt written after the handler"
  | "a cut turn simply waits again"
  | "published ones are taken back too"
  | "what comes back stands behind what is held"
  | "a send goes past what is held"
  | "lanes are sealed after the heir has read them"
  | "a lane that was made too late is refused"
  | "a late lane is forgotten once it is handed on"
  | "lanes of a dead producer are forgotten"
  | "recovery leaves no mark in the lanes"
  | "what the dead life has seen is not marked first"
  | "room given back before the answer has left"
  | "what was maybe answered is over at once"
  | "lanes to a dropped mailbox are forgotten"
  | "an ended mailbox is left as it is"
  | "the backlog is dropped before it is discarded"
  | "a discarded call is over at once"
  | "only calls to the dead life itself fail";

export interface Options {
  /** How many each producer sends, all its lives together. */
  readonly messages: readonly number[];
  /** Deaths that may happen: of the consumer, in whichever life, and of producers. */
  readonly deaths: number;
  readonly producerDeaths?: number;
  /** Messages are calls, and whoever has called waits for an answer. */
  readonly calls?: boolean;
  /** Turns of a message that may begin; more than one for idempotent handlers only. */
  readonly attempts?: number;
  /** The actor may end by itself, at any time. */
  readonly ends?: boolean;
  readonly bug?: Bug;
}

export const MESSAGES_MAX = 4;

/** Where the keeper has a lane. */
export const POSTED = 0;
export const KNOWN = 1;
/** Its receiver is dead: whoever goes on is given it. */
export const LEFT = 2;
export const FORGOTTEN = 3;

export interface Lane {
  readonly from: number;
  readonly generation: number;
  readonly life: number;
  /** Shared memory: what TAIL has passed, in order. */
  readonly published: readonly number[];
  readonly sealed: boolean;
  readonly head: number;
  /** How far whoever went on for a dead consumer has come. */
  readonly passed: number;
  readonly kept: number;
}

/** States of an entry. */
export const WAITING = 0;
export const BEGUN = 1;
export const ENDED = 2;
export const DONE = 3;

/** Phases of the actor; then its address is given back. */
export const BORN = 1;
export const OVER = 2;

export interface Entry {
  readonly message: number;
  readonly lane: number;
  readonly state: number;
  readonly attempts: number;
}

export interface Producer {
  readonly generation: number;
  readonly alive: boolean;
  /** Its next message. */
  readonly next: number;
  /** The open lane, -1: none; and what it has not published. */
  readonly lane: number;
  readonly committed: readonly number[];
  readonly held: readonly number[];
  /** From the keeper: life of the consumer that has taken over, negative: that is dead. */
  readonly inbox: readonly number[];
}

/** What the consumer's thread is at. */
export const IDLE = 0;
export const DRAINING = 1;
export const IN_TURN = 2;
export const RECOVERING = 3;
export const TAKING_OVER = 4;
export const ENDING = 5;

export interface Consumer {
  /** Words: the generation, who is named in the directory, and who runs. */
  readonly life: number;
  readonly named: number;
  readonly running: number;
  readonly alive: boolean;
  readonly at: number;
  /** From the keeper: lanes, those of dead lives negative less one. */
  readonly inbox: readonly number[];
  readonly accepted: readonly number[];
  /** The lane it works on, its next record there, and the first it leaves. */
  readonly lane: number;
  readonly next: number;
  readonly limit: number;
  /** The message of the turn, and what was done of it. */
  readonly message: number;
  readonly step: number;
  /** Lanes that it has inherited and not taken over yet. */
  readonly heritage: readonly number[];
  /** Answers that have not left: messages, those that are maybe negative less one. */
  readonly answers: readonly number[];
}

/** What the keeper is at. */
export const WATCHING = 0;
export const SEALING = 1;
export const TELLING = 2;
export const ANNOUNCING = 3;

export interface Keeper {
  readonly at: number;
  /** The life it has buried last, and the one that has answered that it has recovered. */
  readonly buried: number;
  readonly answered: number;
  /** Lanes left that came too late for the heir's heritage. */
  readonly late: readonly number[];
}

/** What became of a message, as the world outside sees it. */
export interface Fate {
  readonly begun: number;
  readonly effects: number;
  readonly letters: number;
  /** 0 none, 1 a value, 2 maybe. */
  readonly answer: number;
  /** Whose it was: the producer's generation that made it. */
  readonly generation: number;
  /** It died with its sender before it was published. */
  readonly gone: boolean;
}

/** Lists may be changed in a copy (`copyOf`), and what stands in them replaced (`change`). */
export interface State {
  producers: Producer[];
  lanes: Lane[];
  consumer: Consumer;
  keeper: Keeper;
  phase: number;
  /** The keeper has the backlog. */
  kept: boolean;
  backlog: Entry[];
  /** By producer: the lane whose record was noted last, and how many of its records. */
  seen: (readonly [lane: number, count: number])[];
  fates: Fate[];
  /** By producer: the newest message of which a first effect was seen. */
  newest: number[];
  deaths: number;
  producerDeaths: number;
  /** What went wrong within a step. */
  wrong: string | undefined;
}

export function initial({ messages }: Options): State {
  const all = [...messages.keys()];
  return {
    producers: all.map((index) => ({
      generation: 1,
      alive: true,
      next: index * MESSAGES_MAX,
      lane: -1,
      committed: [],
      held: [],
      inbox: [],
    })),
    lanes: [],
    consumer: { ...life(1), named: 1, running: 1 },
    keeper: { at: WATCHING, buried: 0, answered: 1, late: [] },
    phase: BORN,
    kept: true,
    backlog: [],
    seen: all.map(() => [-1, 0]),
    fates: Array.from({ length: messages.length * MESSAGES_MAX }, () => ({
      begun: 0,
      effects: 0,
      letters: 0,
      answer: 0,
      generation: 0,
      gone: false,
    })),
    newest: all.map(() => -1),
    deaths: 0,
    producerDeaths: 0,
    wrong: undefined,
  };
}

/** A thread that begins: it knows nothing but what it is given. */
export function life(generation: number): Consumer {
  return {
    life: generation,
    named: 0,
    running: 0,
    alive: true,
    at: IDLE,
    inbox: [],
    accepted: [],
    lane: -1,
    next: 0,
    limit: 0,
    message: -1,
    step: 0,
    heritage: [],
    answers: [],
  };
}

export function copyOf(state: State): State {
  return {
    producers: state.producers.slice(),
    lanes: state.lanes.slice(),
    consumer: state.consumer,
    keeper: state.keeper,
    backlog: state.backlog.slice(),
    seen: state.seen.slice(),
    fates: state.fates.slice(),
    newest: state.newest.slice(),
    deaths: state.deaths,
    producerDeaths: state.producerDeaths,
    phase: state.phase,
    kept: state.kept,
    wrong: state.wrong,
  };
}

export function get<Item>(list: readonly Item[], index: number): Item {
  const item = list[index];
  if (item === undefined) throw new Error(`nothing at ${index} of ${list.length}`);
  return item;
}

export function change<Item>(list: Item[], index: number, change: Partial<Item>): void {
  list[index] = { ...get(list, index), ...change };
}
