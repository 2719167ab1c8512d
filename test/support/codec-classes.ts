/** Classes with extensions for the tests of the codec, and one whose extension a test chooses. */

import { addExtension } from "../../runtime/codec/extension.ts";

/** Its amount cannot be seen from outside. */
export class Money {
  readonly #cents: number;
  constructor(cents: number) {
    if (!Number.isInteger(cents)) throw new RangeError("whole cents expected");
    this.#cents = cents;
  }
  get cents(): number {
    return this.#cents;
  }
}

export class Euro extends Money {}

/** Holds anything. */
export class Box {
  readonly content: unknown;
  constructor(content: unknown) {
    this.content = content;
  }
}

/** Knows those around it, and so has cycles. */
export class Leaf {
  readonly tree: Leaf[];
  readonly name: string;
  constructor(tree: Leaf[], name: string) {
    this.tree = tree;
    this.name = name;
    tree.push(this);
  }
}

export class Broke extends RangeError {
  readonly owed: Money;
  constructor(owed: Money) {
    super(`${owed.cents} owed`);
    this.owed = owed;
  }
}

/** Its extension does what the test says. */
export class Odd {
  readonly n: number;
  constructor(n = 0) {
    this.n = n;
  }
}
const usual = {
  encode: (odd: Odd): unknown => odd.n,
  decode: (plain: unknown): unknown => new Odd(plain as number),
};
/** What the extension of Odd does; to be changed by a test. */
export const odd = { ...usual };

export function asUsual(): void {
  Object.assign(odd, usual);
}

export function add<Instance extends object>(
  name: string,
  { prototype }: { prototype: Instance },
  encode: (instance: Instance) => unknown,
  decode: (plain: never) => unknown,
): void {
  const functions = { encode: encode as never, decode: decode as never };
  if (!addExtension({ name, prototype, ...functions })) throw new Error("there are too many");
}

add(
  "Money",
  Money,
  ({ cents }) => cents,
  (cents: number) => new Money(cents),
);
add(
  "Box",
  Box,
  ({ content }) => ({ content }),
  ({ content }: Box) => new Box(content),
);
add(
  "Leaf",
  Leaf,
  (leaf) => leaf.tree.map(({ name }) => name),
  (names: string[]) => {
    const tree: Leaf[] = [];
    for (const name of names) new Leaf(tree, name);
    return tree[0];
  },
);
add(
  "Broke",
  Broke,
  ({ owed }) => owed,
  (owed: Money) => new Broke(owed),
);
add("url", URL, String, (text: string) => new URL(text));
add(
  "Odd",
  Odd,
  (one) => odd.encode(one),
  (plain) => odd.decode(plain),
);
