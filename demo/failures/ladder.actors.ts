/**
 * The actors of the ladder demo: a weather forecast that can be made in four ways.
 *
 *     client ──▶ address ──▶ model       computes one            in charge as long as it can be
 *                            neighbour   has measured one        a station nearby
 *                            archive     remembers one           the weather of last year
 *                            dice        guess one               less than is promised: never used
 *
 *     rung in charge ── epoch, forecast ──▶ Board     what the public sees, behind a fence
 *                   └── a letter ──▶ Courier ──▶ Board     slow: it may come when its rung is gone
 */
import {
  defineActor,
  defineLadder,
  Fence,
  type Health,
  type Ref,
  Refusal,
  rung,
  type Self,
} from "../../actors/index.ts";

export const RUNGS = ["model", "neighbour", "archive", "dice"] as const;
export type RungId = (typeof RUNGS)[number];

/** What each promises, the weakest first. */
export const GUARANTEES = ["guessed", "remembered", "measured", "computed"] as const;
export const MINIMUM = "remembered";
export const BEST = "computed";

/** Ends of a rung that are forgiven; with one more it is replaced. */
export const INTENSITY = 2;
/** Of its requests that may fail. */
export const ERRORS_PART = 0.3;
/** In earnest it is 30 s. */
export const DWELL_MS = 400;
const PROBE_MS = 50;
/** Of a busy machine one must not think that a rung is dead. */
const PROBE_TIMEOUT_MS = 10_000;
const RETRY_MS = 200;
/** The way of a letter. */
export const LETTER_MS = 600;

/** `throws`: at each question. `fails`: refuses each. `locked`: says itself that it cannot. */
export type Mode = "well" | "throws" | "fails" | "locked";

export interface TroubleProtocol {
  set(rung: RungId, mode: Mode): void;
  of(rung: RungId): Mode;
}

/** What is wrong with whom; outlives all of them. */
export const Trouble = defineActor(import.meta.url, "Trouble", {
  init: (): Record<string, Mode> => ({}),
  handlers: {
    set(self, rung: RungId, mode: Mode): void {
      self.state[rung] = mode;
    },
    of: (self, rung: RungId): Mode => self.state[rung] ?? "well",
  },
});

/** Something that came for an epoch that was over. */
export interface Late {
  readonly rung: string;
  readonly epoch: number;
  /** The epoch in charge by then. */
  readonly now: number;
  readonly what: string;
}

export interface BoardProtocol {
  write(epoch: number, rung: string, what: string): void;
  /** The epochs of what was written, in order, each once; and what was not. */
  read(): { epochs: number[]; late: Late[]; refused: number };
}

const LATE_MAX = 100;

interface Written {
  epochs: number[];
  readonly late: Late[];
  refused: number;
}

export const Board = defineActor(import.meta.url, "Board", {
  init(self): Written {
    self.local.fence = new Fence();
    return { epochs: [], late: [], refused: 0 };
  },
  handlers: {
    write(self, epoch: number, rung: string, what: string): void {
      const { epochs, late } = self.state;
      const fence = self.local.fence as Fence;
      if (fence.accept(epoch)) {
        if (epochs.at(-1) !== epoch) epochs.push(epoch);
        return;
      }
      self.state.refused = fence.refused;
      if (late.length < LATE_MAX) late.push({ rung, epoch, now: fence.epoch, what });
    },
    read: (self): Written => ({ ...self.state }),
  },
});

export interface CourierProtocol {
  letter(epoch: number, rung: string): void;
}

export const Courier = defineActor(import.meta.url, "Courier", {
  init: (_self, board: Ref<BoardProtocol>) => ({ board }),
  handlers: {
    letter(self, epoch: number, rung: string): void {
      self.timers.after(`letter ${epoch}`, LETTER_MS, "deliver", epoch, rung);
    },
    deliver(self, epoch: number, rung: string): void {
      self.state.board.cast.write(epoch, rung, "letter");
    },
  },
});

export interface ForecastProtocol {
  /** Who answers. */
  forecast(): Promise<string>;
}

interface Tools {
  readonly trouble: Ref<TroubleProtocol>;
  readonly board: Ref<BoardProtocol>;
  readonly courier: Ref<CourierProtocol>;
}

interface RungState {
  readonly id: RungId;
  epoch: number;
  served: number;
  failed: number;
}

function toolsOf(self: Pick<Self<unknown>, "local">): Tools {
  return self.local.tools as Tools; // `init` has put them there.
}

function init(self: Self<undefined>, id: RungId, tools: Tools): RungState {
  self.local.tools = tools;
  return { id, epoch: 0, served: 0, failed: 0 };
}

const handlers = {
  async health(self: Self<RungState>): Promise<Health> {
    const { id, epoch, served, failed } = self.state;
    const mode = await toolsOf(self).trouble.call.of(id);
    // Whoever is not in charge yet looks first whether it could be.
    const isReady = mode !== "locked" && (mode === "well" || epoch > 0);
    return isReady ? { served, failed } : { ready: false, reason: REASONS[mode] };
  },
  activate(self: Self<RungState>, epoch: number): void {
    const { id } = self.state;
    self.state.epoch = epoch;
    toolsOf(self).courier.cast.letter(epoch, id);
  },
  async forecast(self: Self<RungState>): Promise<string> {
    const { trouble, board } = toolsOf(self);
    const { id, epoch } = self.state;
    const mode = await trouble.call.of(id);
    self.state.served += 1;
    if (mode === "throws") throw new RangeError("wind of 9000 km/h");
    if (mode === "fails") {
      self.state.failed += 1;
      throw new Refusal("its instruments are frozen");
    }
    board.cast.write(epoch, id, "forecast");
    return id;
  },
};

const REASONS: Readonly<Record<Mode, string>> = {
  well: "",
  throws: "its sums are still wrong",
  fails: "its instruments are frozen",
  locked: "the archive is locked",
};

export const Model = defineActor(import.meta.url, "Model", { init, handlers });
export const Neighbour = defineActor(import.meta.url, "Neighbour", { init, handlers });
export const Archive = defineActor(import.meta.url, "Archive", { init, handlers });
export const Dice = defineActor(import.meta.url, "Dice", { init, handlers });

/** @param threads where rungs live, in turn. */
export const Forecast = defineLadder(
  import.meta.url,
  "Forecast",
  (tools: Tools, [a, b]: readonly [number, number]) => ({
    guarantees: GUARANTEES,
    minimum: MINIMUM,
    rungs: [
      rung(Model, ["model", tools], {
        ...{ id: "model", guarantee: "computed", intensity: INTENSITY, thread: a },
      }),
      rung(Neighbour, ["neighbour", tools], {
        ...{ id: "neighbour", guarantee: "measured", thread: b },
        budget: { errors: ERRORS_PART },
      }),
      rung(Archive, ["archive", tools], { id: "archive", guarantee: "remembered", thread: a }),
      rung(Dice, ["dice", tools], { id: "dice", guarantee: "guessed", thread: b }),
    ],
    dwell: DWELL_MS,
    probe: { interval: PROBE_MS, timeout: PROBE_TIMEOUT_MS },
    backoff: { min: RETRY_MS, max: RETRY_MS },
  }),
);
