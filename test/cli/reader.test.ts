/** Goal: nothing of a peer gets by unread. Method: tables of what is right and of what is not. */

import { expect, test } from "vitest";
import {
  flag,
  listOf,
  Malformed,
  number,
  oneOf,
  optional,
  record,
  text,
} from "../../cli/look/reader.ts";

interface Point {
  x: number;
  label?: string;
  kind: "a" | "b";
  on: boolean[];
}

const read = record<Point>({
  x: number,
  label: optional(text),
  kind: oneOf(["a", "b"], "b"),
  on: listOf(flag),
});

test("what was asked for is read, the rest left behind", () => {
  const given = JSON.parse('{"x":1,"label":"p\\u001b[2J","kind":"new","on":[true],"more":1}');
  expect(read(given, "")).toEqual({ x: 1, label: "p\ufffd[2J", kind: "b", on: [true] });
  expect(read({ x: 1, label: null, kind: "a", on: [] }, "")).toEqual({ x: 1, kind: "a", on: [] });
});

test.each([
  [null, "it is null and not an object"],
  ["x", 'it is "x" and not an object'],
  [{ kind: "a", on: [] }, "x is undefined and not a number"],
  [{ x: "1", kind: "a", on: [] }, 'x is "1" and not a number'],
  [{ x: Number.NaN, kind: "a", on: [] }, "x is null and not a number"],
  [{ x: 1, kind: "a", on: [true, 0] }, "on[1] is 0 and not true or false"],
  [{ x: 1, kind: "a", on: { length: 1 } }, 'on is {"length":1} and not a list'],
  [{ x: 1, label: ["\x1b"], kind: "a", on: [] }, 'label is ["\\u001b"] and not a text'],
  [JSON.parse('{"__proto__":{"x":1},"kind":"a","on":[]}'), "x is undefined and not a number"],
  [{ x: 1, label: {}, kind: "a", on: [] }, "label is {} and not a text"],
])("%j: %s", (value, message) => {
  expect(() => read(value, "")).toThrow(new Malformed(message));
});
