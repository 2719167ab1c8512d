import fc from "fast-check";
import { expect, test } from "vitest";
import { Agenda, type Entry } from "../../actors/supervision/agenda.ts";

interface Named extends Entry {
  readonly name: number;
}

function named(name: number): Named {
  return { name, place: -1, due: 0 };
}

test("nothing is due before its time, and what is removed never is", () => {
  const agenda = new Agenda<Named>();
  expect([agenda.size, agenda.nextDue, agenda.take(1e9)]).toEqual([
    0,
    Number.POSITIVE_INFINITY,
    undefined,
  ]);
  const [one, two, three] = [named(1), named(2), named(3)];
  agenda.add(one, 30);
  agenda.add(two, 20);
  agenda.add(three, 10);
  expect([agenda.size, agenda.nextDue]).toEqual([3, 10]);
  expect(agenda.remove(three)).toBe(true);
  expect(agenda.remove(three)).toBe(false);
  agenda.add(one, 5);
  expect([agenda.size, agenda.nextDue]).toEqual([2, 5]);
  expect(agenda.take(4.9)).toBeUndefined();
  expect(agenda.take(5)).toBe(one);
  expect(agenda.take(1000)).toBe(two);
  expect([agenda.size, two.place]).toEqual([0, -1]);
});

test("property: as a sorted list of what is entered", () => {
  const step = fc.oneof(
    // Mostly adding: a removal has to move an item up only in a heap of some depth.
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant("add" as const),
        name: fc.nat(40),
        due: fc.nat(99),
      }),
    },
    fc.record({ type: fc.constant("remove" as const), name: fc.nat(40), due: fc.constant(0) }),
    fc.record({ type: fc.constant("take" as const), name: fc.constant(0), due: fc.nat(20) }),
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 30, maxLength: 120, size: "max" }), (steps) => {
      const agenda = new Agenda<Named>();
      const items = Array.from({ length: 41 }, (_, name) => named(name));
      const listed = new Map<number, number>();
      for (const { type, name, due } of steps) {
        const item = items[name] as Named;
        if (type === "add") {
          agenda.add(item, due);
          listed.set(name, due);
        } else if (type === "remove") {
          expect(agenda.remove(item)).toBe(listed.delete(name));
        } else {
          const taken = agenda.take(due);
          const earliest = Math.min(...listed.values());
          expect(taken === undefined).toBe(!(earliest <= due));
          if (taken === undefined) continue;
          expect(listed.get(taken.name)).toBe(earliest);
          listed.delete(taken.name);
        }
        expect(agenda.size).toBe(listed.size);
        expect(agenda.nextDue).toBe(Math.min(...listed.values()));
      }
    }),
    { numRuns: 100 },
  );
});
