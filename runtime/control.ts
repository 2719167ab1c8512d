/**
 * The control plane between main, keeper and threads: a few calls per second over comlink.
 *
 * comlink itself never rejects a call whose peer has died, so each call is raced against the peer's
 * end and a time-out. One MessageChannel per API and direction; the wrapped proxy is held as long
 * as the Control, since a collected proxy would release the other end.
 *
 * Arguments and results are structured clones; errors arrive as plain Error with name, message and
 * stack, so results that may fail in an expected way are values.
 */

import { type Endpoint, expose, type Remote, releaseProxy, wrap } from "comlink";
import { SabeamError } from "./errors.ts";
import type { Port } from "./machine.ts";

/** Longer than any stop; a peer that is silent for so long is taken for dead. */
export const CONTROL_TIMEOUT_MS = 30_000;

export class ControlLost extends SabeamError {
  override readonly name = "ControlLost";
  constructor(peer: string, why: string) {
    super("ERR_CONTROL_LOST", `${peer} does not answer: ${why}; its threads cannot be controlled`);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: methods of any signature; callers see their own.
type Methods = Record<string, (...args: any[]) => any>;
type Result<Method> = Method extends (...args: never[]) => infer R ? Awaited<R> : never;
type Args<Method> = Method extends (...args: infer A) => unknown ? A : never;

/** Serves `api` on a port; the port keeps the thread alive until it is closed or unref'd. */
export function serve<Api extends object>(port: Port, api: Api): void {
  expose(api, port as unknown as Endpoint);
}

export class Control<Api extends object> {
  readonly #peer: string;
  readonly #port: Port;
  readonly #remote: Remote<Api>;
  readonly #pending: Set<(error: Error) => void> = new Set();
  #lost: Error | undefined;

  constructor(peer: string, port: Port) {
    this.#peer = peer;
    this.#port = port;
    this.#remote = wrap<Api>(port as unknown as Endpoint);
  }

  /** @throws ControlLost if the peer ends or says nothing for `timeoutMs`. */
  call<Name extends keyof Api & string>(
    name: Name,
    ...args: Args<Api[Name]>
  ): Promise<Result<Api[Name]>> {
    return this.within(CONTROL_TIMEOUT_MS, name, ...args);
  }

  within<Name extends keyof Api & string>(
    timeoutMs: number,
    name: Name,
    ...args: Args<Api[Name]>
  ): Promise<Result<Api[Name]>> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== undefined) return reject(this.#lost);
      const timer = setTimeout(() => {
        this.#pending.delete(fail);
        reject(new ControlLost(this.#peer, `${name} took longer than ${timeoutMs} ms`));
      }, timeoutMs);
      timer.unref();
      const fail = (error: Error): void => {
        clearTimeout(timer);
        reject(error);
      };
      this.#pending.add(fail);
      const done = (): void => {
        clearTimeout(timer);
        this.#pending.delete(fail);
      };
      const method = (this.#remote as unknown as Methods)[name];
      void method?.(...args).then(
        (result: Result<Api[Name]>) => {
          done();
          resolve(result);
        },
        (error: unknown) => {
          done();
          reject(error);
        },
      );
    });
  }

  /** Why nobody is asked any more. */
  get lost(): Error | undefined {
    return this.#lost;
  }

  /** The same without an answer: a peer that has died meanwhile is no error of the caller. */
  post<Name extends keyof Api & string>(name: Name, ...args: Args<Api[Name]>): void {
    this.call(name, ...args).catch((error: unknown) => {
      if (error !== this.#lost && !(error instanceof ControlLost)) throw error;
    });
  }

  /** The peer has ended: whoever waits for it, or asks it later, fails with this error. */
  lose(why: string, error: Error = new ControlLost(this.#peer, why)): void {
    const released = this.#lost !== undefined;
    this.#lost ??= error;
    for (const fail of this.#pending) fail(this.#lost);
    this.#pending.clear();
    // comlink keeps the port until the proxy is collected, and by what was asked and not answered
    // the port keeps the proxy: without this both stay for ever.
    if (!released) this.#remote[releaseProxy]();
    this.#port.close();
  }
}
