/**
 * Copies of what is sent in a step: as in development, the receiver gets a copy, what cannot travel
 * is refused with its path (NotSendable), and what was sent is frozen.
 */

import { Codec } from "../../runtime/codec/codec.ts";
import type { ReferencePort } from "../../runtime/codec/reference.ts";
import { LocalShapes } from "../../runtime/codec/shapes.ts";
import { OVERFLOW_BYTES_DEFAULT } from "../../runtime/overflow.ts";
import { ActorRef } from "../ref.ts";
import { CannotStep } from "./errors.ts";
import { StubRef } from "./stub.ts";

export class StepCopies {
  readonly #references: References = new References();
  readonly #codec: Codec = new Codec({
    shapes: new LocalShapes(),
    references: this.#references,
    maxBytes: OVERFLOW_BYTES_DEFAULT,
  });

  /** @throws NotSendable, MessageTooLarge; CannotStep for a ref of a running system */
  copy<Value>(value: Value, path: string): Value {
    const copy = this.#codec.copy(value, path) as Value;
    this.#references.clear();
    return copy;
  }

  /** The same, and freezes the original. */
  send<Value>(value: Value, path: string): Value {
    const copy = this.copy(value, path);
    this.#codec.freeze(value);
    return copy;
  }
}

/** Stubs in a value: they are themselves in its copy. */
class References implements ReferencePort {
  #refs: ActorRef[] = [];

  clear(): void {
    this.#refs = [];
  }

  isReference(value: object): boolean {
    return value instanceof ActorRef;
  }

  write(value: object): readonly number[] {
    if (value instanceof StubRef) return [0, this.#refs.push(value) - 1, 0];
    throw new CannotStep(`${value} is a ref of a running system`, "use stub(Definition, name)");
  }

  read(_definition: number, index: number): object {
    return this.#refs[index] as ActorRef; // Written a moment ago.
  }
}
