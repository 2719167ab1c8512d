/** What stepping a message gives, by the type of its handler's result. */

import type { Answer, Deferred, Signature } from "../types.ts";
import type { OpenCall } from "./open-call.ts";

type Settled<Result> = Result extends Deferred<infer Value> ? OpenCall<Value> : Result;
type Stepped<Result> =
  Result extends PromiseLike<infer Value> ? Promise<Settled<Value>> : Settled<Result>;
type Done<Result> = Result extends PromiseLike<unknown> ? Promise<void> : undefined;

/** The answer; a promise of it where the handler is async; an OpenCall where it is deferred. */
export type StepCall<P> = {
  readonly [Name in keyof P]: P[Name] extends Signature
    ? (...args: Parameters<P[Name]>) => Stepped<ReturnType<P[Name]>>
    : never;
};

/** Nothing; a promise where the handler is async. */
export type StepCast<P> = {
  readonly [Name in keyof P]: P[Name] extends Signature
    ? (...args: Parameters<P[Name]>) => Done<ReturnType<P[Name]>>
    : never;
};

/** The call as its caller holds it, whatever the handler makes of it: nothing is thrown. */
export type StepOpen<P> = {
  readonly [Name in keyof P]: P[Name] extends Signature
    ? (...args: Parameters<P[Name]>) => OpenCall<Answer<ReturnType<P[Name]>>>
    : never;
};
