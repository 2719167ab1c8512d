/** Goal: a definition is inferred as far as it can be, and a wrong one is an error where it is. */

import {
  type AnyRef,
  type Deferred,
  type Definition,
  defineActor,
  type ExitReason,
  type ProtocolOf,
  type Ref,
  type RefOf,
  type UnknownMessage,
} from "../../dist/actors/index.js";
import { type Equal, is } from "./equal.ts";

const url = import.meta.url;

export const Counter = defineActor(url, "Counter", {
  init: (_self, start: number, step?: number) => ({ count: start, step: step ?? 1 }),
  handlers: {
    add(self, by: number) {
      is<Equal<typeof self.state, { count: number; step: number }>>();
      self.state.count += by;
      return self.state.count;
    },
    reset(self) {
      self.state.count = 0;
    },
    async slow(self, ms: number, unit?: "ms" | "s"): Promise<string> {
      return `${self.state.count} ${ms} ${unit}`;
    },
    later(self) {
      return self.defer<boolean>();
    },
    async soon(self): Promise<Deferred<Date>> {
      return self.defer<Date>();
    },
    sometimes(self, now: boolean) {
      return now ? Date.now() : self.defer<string>();
    },
    rest(_self, ...values: string[]) {
      return values.length;
    },
  },
  concurrent: ["slow"],
  terminate(self, reason) {
    is<Equal<typeof reason, ExitReason>>();
    self.state.count.toFixed();
  },
  redact: (state) => ({ count: state.count.toFixed() }),
});

type Args = typeof Counter extends Definition<infer Taken, infer _P> ? Taken : never;
is<Equal<Args, [start: number, step?: number | undefined]>>();
type Protocol = ProtocolOf<typeof Counter>;
is<Equal<Parameters<Protocol["add"]>, [by: number]>>();
is<Equal<ReturnType<Protocol["add"]>, number>>();
is<Equal<keyof Protocol, "add" | "reset" | "slow" | "later" | "soon" | "sometimes" | "rest">>();
is<Equal<RefOf<typeof Counter>, Ref<Protocol>>>();

// Everything that a definition may have besides.
const Full = defineActor(url, "Full", {
  init: (self) => {
    is<Equal<typeof self.caller, AnyRef | undefined>>();
    self.become("closed");
    return { queue: [] as string[] };
  },
  handlers: {
    push(self, text: string) {
      self.state.queue.push(text);
    },
    size: (self) => self.state.queue.length,
  },
  behaviours: {
    closed: {
      push(self, text: string) {
        is<Equal<typeof self.state, { queue: string[] }>>();
        self.pipe(Promise.resolve(text), "push");
        self.stash();
      },
    },
    open: {},
  },
  unknown(self, message) {
    is<Equal<typeof message, UnknownMessage>>();
    return self.unstash();
  },
  continue(self, step: number) {
    self.continue(step + self.state.queue.length);
  },
  idle: (self) => self.idleAfter(undefined),
  idleAfter: 1000,
  priority: ["push"],
  stashMax: 10,
});
is<Equal<keyof ProtocolOf<typeof Full>, "push" | "size">>();

defineActor(url, "WrongBehaviour", {
  init: () => ({}),
  handlers: { push: (_self, _text: string) => {} },
  // @ts-expect-error a behaviour understands what the protocol has, and nothing else
  behaviours: { closed: { pull: () => {} } },
});
defineActor(url, "WrongPriority", {
  init: () => ({}),
  handlers: { push: (_self, _text: string) => {} },
  // @ts-expect-error there is no such handler
  priority: ["pull"],
});

// The state of an async init is what it comes to.
defineActor(url, "AsyncInit", {
  async init(self, name: string) {
    is<Equal<typeof self.state, undefined>>();
    return { name };
  },
  handlers: {
    name: (self) => is<Equal<typeof self.state, { name: string }>>(),
  },
});

defineActor(url, "Wrong", {
  init: () => ({ list: [] as number[] }),
  handlers: {
    // An argument without a type is no `any`: nothing can be done with it.
    bare(self, value) {
      // @ts-expect-error
      self.state.list.push(value.length);
      // @ts-expect-error
      value.anything();
    },
    state(self) {
      // @ts-expect-error There is no such field.
      self.state.lists.push(1);
      // @ts-expect-error It holds numbers.
      self.state.list.push("1");
    },
    own(self) {
      // @ts-expect-error What the runtime keeps of an actor is not for handlers.
      self.extra;
      // @ts-expect-error
      self.host;
      // @ts-expect-error
      self.push(1, 2, 3, 4);
      // @ts-expect-error
      self.name = "other";
      // @ts-expect-error
      self.timers.after("key", "1 s", "own");
    },
  },
  // @ts-expect-error No handler has this name.
  concurrent: ["bar"],
});

defineActor(url, "WrongTerminate", {
  init: () => ({ open: true }),
  handlers: {},
  terminate(self, reason) {
    // @ts-expect-error
    self.state.closed;
    // @ts-expect-error There is no such kind of exit.
    if (reason.type === "stopped") return;
    // @ts-expect-error
    reason.type = "normal";
  },
});

defineActor(url, "WrongRedact", {
  init: () => ({ open: true }),
  handlers: {},
  // @ts-expect-error
  redact: (state) => state.closed,
});
defineActor(url, "NoRedact", {
  init: () => ({ open: true }),
  handlers: {},
  // @ts-expect-error Leave it out.
  redact: false,
});

defineActor(url, "WrongMailbox", {
  init: () => ({}),
  handlers: {},
  // @ts-expect-error
  mailbox: { policy: "drop" },
});

// @ts-expect-error Without init there is no state.
defineActor(url, "NoInit", { handlers: {} });

// @ts-expect-error
defineActor(url, "NoHandlers", { init: () => ({}) });

defineActor(url, "HandlerIsNoFunction", {
  init: () => ({}),
  // @ts-expect-error
  handlers: { add: 1 },
});

// @ts-expect-error The url comes first.
defineActor("Counter", { init: () => ({}), handlers: {} });

/** `survives` has two options, and only handlers can be idempotent. */
export const Survivor = defineActor(url, "Survivor", {
  survives: { attempts: 5, bytes: 65_536 },
  idempotent: ["price"],
  init: () => ({ cents: 0 }),
  handlers: {
    price: (_self, item: string) => item.length,
  },
});

export const NoSuchIdempotent = defineActor(url, "NoSuchIdempotent", {
  survives: true,
  // @ts-expect-error there is no such handler
  idempotent: ["cost"],
  init: () => ({ cents: 0 }),
  handlers: {
    price: (_self, item: string) => item.length,
  },
});

export const NoSuchOption = defineActor(url, "NoSuchOption", {
  // @ts-expect-error it is called `attempts`
  survives: { tries: 3 },
  init: () => ({ cents: 0 }),
  handlers: {
    price: (_self, item: string) => item.length,
  },
});
