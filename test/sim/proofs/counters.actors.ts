/** The counter of test/protocols/toy.ts, as something that can be started. */

import {
  defineProtocol,
  type Handle,
  type ProtocolDefinition,
} from "../../../dist/actors/index.js";
import { type Toy, toy } from "../../protocols/toy.ts";

export const Counter: ProtocolDefinition<Toy, Handle<Toy>> = defineProtocol(
  import.meta.url,
  "Counter",
  { protocol: toy(), client: (handle) => handle },
);
