/** Goal: a definition that cannot work is refused where it is written, and the message says why. */
import { expect, test } from "vitest";
import { sabeam } from "./support/native.ts";

const { defineActor, EXIT_KINDS, InvalidDefinition } = sabeam;

const url = import.meta.url;
const fine = { init: () => ({}), handlers: { add: () => 1 } };
/** Definitions as plain JavaScript would write them. */
const define = defineActor as unknown as (...args: unknown[]) => unknown;

function refused(...args: unknown[]): string {
  try {
    define(...args);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidDefinition);
    expect(error).toMatchObject({ name: "InvalidDefinition", code: "ERR_INVALID_DEFINITION" });
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}

test("a name is defined once per url", () => {
  define(url, "Once", fine);
  expect(refused(url, "Once", fine)).toMatch(/Once in file:.*\(url, name\) is defined already/);
  define(`${url}?other`, "Once", fine);
  define(url, "Twice", fine);
});

test("a refused definition takes no name", () => {
  expect(refused(url, "Second try", fine)).toContain("Second try");
  expect(refused(url, "SecondTry", { ...fine, init: 1 })).toContain("init must be a function");
  define(url, "SecondTry", fine);
});

test.each(["then", "constructor", "prototype", "__proto__"])(
  "no handler may be called %s",
  (name) => {
    const handlers = Object.fromEntries([[name, () => 1]]);
    expect(refused(url, `No_${name}`, { ...fine, handlers })).toContain(
      `must not be called ${name}`,
    );
  },
);

test("wrong shapes", () => {
  const table: [string, unknown[]][] = [
    ["must be import.meta.url", [undefined, "A", fine]],
    ["must be import.meta.url", ["not a url", "A", fine]],
    ["1 to 100 letters, digits, _ $ . or -", [url, "", fine]],
    ["1 to 100 letters, digits, _ $ . or -", [url, "a".repeat(101), fine]],
    ["1 to 100 letters, digits, _ $ . or -", [url, "a b", fine]],
    ["1 to 100 letters, digits, _ $ . or -", [url, 7, fine]],
    ["it needs { init, handlers }", [url, "A", undefined]],
    ["it needs { init, handlers }", [url, "A", null]],
    ["it needs { init, handlers }", [url, "A", "spec"]],
    ["init must be a function", [url, "A", { handlers: {} }]],
    ["handlers must be an object", [url, "A", { init: () => ({}) }]],
    ["handlers must be an object", [url, "A", { init: () => ({}), handlers: null }]],
    ["the handler add must be a function", [url, "A", { ...fine, handlers: { add: 1 } }]],
    ["unknown key handler; known are init, handlers", [url, "A", { ...fine, handler: {} }]],
    ["terminate must be a function", [url, "A", { ...fine, terminate: true }]],
    ["redact must be true, or a function", [url, "A", { ...fine, redact: false }]],
    ["redact must be true, or a function", [url, "A", { ...fine, redact: "password" }]],
    ["concurrent names ad, which is not a handler", [url, "A", { ...fine, concurrent: ["ad"] }]],
    ["concurrent must be a list of handlers", [url, "A", { ...fine, concurrent: "add" }]],
    ["concurrent must be a list of handlers", [url, "A", { ...fine, concurrent: 7 }]],
  ];
  for (const [message, args] of table) expect(refused(...args), message).toContain(message);
});

test("wrong mailboxes", () => {
  const table: [string, unknown][] = [
    ["mailbox of A.max must be a whole number from 1 to 16777216", { max: 0 }],
    ["mailbox of A.maxBytes must be a whole number from 4096", { maxBytes: 10 }],
    ["mailbox of A.policy must be one of reject, drop-newest", { policy: "drop" }],
    ["mailbox of A must be an object with max, maxBytes, policy only", { bytes: 1 }],
  ];
  for (const [message, mailbox] of table) {
    expect(() => define(url, "A", { ...fine, mailbox })).toThrow(message);
  }
});

test("mailboxes that cannot survive", () => {
  const table: [string, object][] = [
    ["survives must be true, false or { attempts, bytes }", { survives: "yes" }],
    ["survives must be true, false or { attempts, bytes }", { survives: null }],
    ["survives must be an object with attempts, bytes only", { survives: { tries: 1 } }],
    ["attempts of survives must be a whole number from 1 to 100", { survives: { attempts: 0 } }],
    ["attempts of survives must be a whole number from 1 to 100", { survives: { attempts: 101 } }],
    ["attempts of survives must be a whole number from 1 to 100", { survives: { attempts: 1.5 } }],
    ["bytes of survives must be a power of two from 4096", { survives: { bytes: 2048 } }],
    ["bytes of survives must be a power of two from 4096", { survives: { bytes: 5000 } }],
    ["survives with concurrent", { survives: true, concurrent: ["add"] }],
    ["survives with stashMax", { survives: true, stashMax: 10 }],
    ["idempotent is for definitions with survives", { idempotent: ["add"] }],
    ["idempotent names ad, which is not a handler", { survives: true, idempotent: ["ad"] }],
    ["idempotent must be a list of handlers", { survives: true, idempotent: "add" }],
  ];
  for (const [message, keys] of table) {
    expect(() => define(url, "A", { ...fine, ...keys }), message).toThrow(message);
  }
  define(url, "Surviving", { ...fine, survives: { attempts: 100, bytes: 4096 } });
  define(url, "NotSurviving", { ...fine, survives: false, concurrent: ["add"] });
});

test("at most 256 handlers", () => {
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`h${index}`, () => index]));
  define(url, "Many", { init: () => ({}), handlers: many(256) });
  expect(refused(url, "TooMany", { init: () => ({}), handlers: many(257) })).toContain("256");
});

test("a definition shows its name and url, and cannot be changed", () => {
  const definition = defineActor(url, "Shown", fine);
  expect(definition).toMatchObject({ name: "Shown", url });
  expect(Object.isFrozen(definition)).toBe(true);
});

test("the kinds of exit", () => {
  const kinds = ["normal", "shutdown", "killed", "crash", "lost", "noproc", "timeout"];
  expect([...EXIT_KINDS]).toEqual(kinds);
});
