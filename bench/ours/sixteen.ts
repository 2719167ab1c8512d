/**
 * Sixteen definitions with sixteen shapes of state, so that neither a send nor a turn sees one kind
 * of actor only. They are written out because functions and objects that one line of code makes
 * many times share what the compiler learns about them.
 */

import { defineActor } from "../../actors/index.ts";

const url = import.meta.url;

const Apple = defineActor(url, "Apple", {
  init: () => ({ sum: 0 }),
  handlers: {
    add: (self, by: number): void => void (self.state.sum += by),
    take: (self): number => self.state.sum - (self.state.sum = 0),
  },
});

const Birch = defineActor(url, "Birch", {
  init: () => ({ total: 0 }),
  handlers: {
    add: (self, by: number): void => void (self.state.total += by),
    take: (self): number => self.state.total - (self.state.total = 0),
  },
});

const Cedar = defineActor(url, "Cedar", {
  init: () => ({ count: 0 }),
  handlers: {
    add: (self, by: number): void => void (self.state.count += by),
    take: (self): number => self.state.count - (self.state.count = 0),
  },
});

const Elder = defineActor(url, "Elder", {
  init: () => ({ points: 0 }),
  handlers: {
    add: (self, by: number): void => void (self.state.points += by),
    take: (self): number => self.state.points - (self.state.points = 0),
  },
});

const Fern = defineActor(url, "Fern", {
  init: () => ({ score: 0 }),
  handlers: {
    add: (self, by: number): void => void (self.state.score += by),
    take: (self): number => self.state.score - (self.state.score = 0),
  },
});

const Gorse = defineActor(url, "Gorse", {
  init: () => ({ amount: 0 }),
  handlers: {
    add: (self, by: number): void => void (self.state.amount += by),
    take: (self): number => self.state.amount - (self.state.amount = 0),
  },
});

const Hazel = defineActor(url, "Hazel", {
  init: () => ({ volume: 0 }),
  handlers: {
    add: (self, by: number): void => void (self.state.volume += by),
    take: (self): number => self.state.volume - (self.state.volume = 0),
  },
});

const Iris = defineActor(url, "Iris", {
  init: () => ({ weight: 0 }),
  handlers: {
    add: (self, by: number): void => void (self.state.weight += by),
    take: (self): number => self.state.weight - (self.state.weight = 0),
  },
});

const Juniper = defineActor(url, "Juniper", {
  init: () => ({ level: 0 }),
  handlers: {
    add: (self, by: number): void => void (self.state.level += by),
    take: (self): number => self.state.level - (self.state.level = 0),
  },
});

const Larch = defineActor(url, "Larch", {
  init: () => ({ height: 0 }),
  handlers: {
    add: (self, by: number): void => void (self.state.height += by),
    take: (self): number => self.state.height - (self.state.height = 0),
  },
});

const Maple = defineActor(url, "Maple", {
  init: () => ({ depth: 0 }),
  handlers: {
    add: (self, by: number): void => void (self.state.depth += by),
    take: (self): number => self.state.depth - (self.state.depth = 0),
  },
});

const Nettle = defineActor(url, "Nettle", {
  init: () => ({ length: 0 }),
  handlers: {
    add: (self, by: number): void => void (self.state.length += by),
    take: (self): number => self.state.length - (self.state.length = 0),
  },
});

const Oak = defineActor(url, "Oak", {
  init: () => ({ tons: 0 }),
  handlers: {
    add: (self, by: number): void => void (self.state.tons += by),
    take: (self): number => self.state.tons - (self.state.tons = 0),
  },
});

const Pine = defineActor(url, "Pine", {
  init: () => ({ grams: 0 }),
  handlers: {
    add: (self, by: number): void => void (self.state.grams += by),
    take: (self): number => self.state.grams - (self.state.grams = 0),
  },
});

const Rowan = defineActor(url, "Rowan", {
  init: () => ({ litres: 0 }),
  handlers: {
    add: (self, by: number): void => void (self.state.litres += by),
    take: (self): number => self.state.litres - (self.state.litres = 0),
  },
});

const Sorrel = defineActor(url, "Sorrel", {
  init: () => ({ coins: 0 }),
  handlers: {
    add: (self, by: number): void => void (self.state.coins += by),
    take: (self): number => self.state.coins - (self.state.coins = 0),
  },
});

export const SIXTEEN = [
  Apple,
  Birch,
  Cedar,
  Elder,
  Fern,
  Gorse,
  Hazel,
  Iris,
  Juniper,
  Larch,
  Maple,
  Nettle,
  Oak,
  Pine,
  Rowan,
  Sorrel,
] as const;
