/** What a turn runs: the function, its arguments, and how it is to be run. */

import { type AnyFunction, ASYNC, CONCURRENT } from "./behaviour.ts";
import type { Cell } from "./cell.ts";
import type { TracedTurn } from "./trace.ts";

/** The run of a handler, or of a callback. */
export interface Act {
  readonly name: string;
  /** The same for the heartbeat: a handler's number, or the code of a callback. */
  readonly code: number;
  readonly call: AnyFunction;
  readonly args: readonly unknown[];
  readonly isAsync: boolean;
  readonly concurrent: boolean;
  /** Where there is a trace port: what its message brought, and how it came. */
  readonly context: string | undefined;
  readonly type: TracedTurn["type"];
}

/** What a message brings to its handler. */
export interface Given {
  readonly argc: number;
  readonly arg: unknown;
  readonly context: string | undefined;
  readonly type: TracedTurn["type"];
}

export const NOTHING_GIVEN: Given = { argc: 0, arg: undefined, context: undefined, type: "cast" };

/** The run of a handler of the present behaviour. */
export function actOf(cell: Cell, handler: number, { argc, arg, context, type }: Given): Act {
  const bits = cell.behaviour.bits[handler] ?? 0;
  return {
    name: nameOf(cell, handler),
    code: handler,
    call: cell.behaviour.handlers[handler] as AnyFunction,
    args: argc === 0 ? [] : argc === 1 ? [arg] : (arg as unknown[]),
    context,
    type,
    isAsync: (bits & ASYNC) !== 0,
    concurrent: (bits & CONCURRENT) !== 0,
  };
}

export function nameOf(cell: Cell, handler: number): string {
  return cell.kind.blueprint.names[handler] ?? "?";
}
