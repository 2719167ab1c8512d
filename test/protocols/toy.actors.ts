/** The toy as something that can be started, right and wrong. */

import { defineProtocol, type Handle, type ProtocolDefinition } from "../../dist/actors/index.js";
import { type Flaw, type Toy as ToySpec, toy } from "./toy.ts";

/** Adds at a member, and says what home counts. */
export class Adder {
  readonly handle: Handle<ToySpec>;

  constructor(handle: Handle<ToySpec>) {
    this.handle = handle;
  }

  async add(by: number, deadlineMs = 60_000): Promise<number> {
    const reply = await this.handle.ask({ type: "add", by }, { deadlineMs });
    if (reply.type === "refused") throw new Error("it was refused");
    return reply.total;
  }
}

export const Toy: ProtocolDefinition<ToySpec, Adder> = define("Toy");
export const MoreToy: ProtocolDefinition<ToySpec, Adder> = define("MoreToy", "tells more");
export const DoubleToy: ProtocolDefinition<ToySpec, Adder> = define("DoubleToy", "counts twice");

function define(name: string, flaw?: Flaw): ProtocolDefinition<ToySpec, Adder> {
  return defineProtocol(import.meta.url, name, {
    protocol: toy(flaw),
    client: (handle) => new Adder(handle),
  });
}
