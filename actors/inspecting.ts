/** What a system lets its user do with one actor from outside: hold it still, look, end it. */

import { InvalidOptions } from "./errors.ts";
import type {
  ActorStatistics,
  Inspection,
  InspectOptions,
  StateOf,
  StopActorOptions,
} from "./inspection.ts";
import type { AnyRef } from "./types.ts";

export abstract class Inspecting {
  protected abstract readonly inspection: Inspection;

  /**
   * Holds an actor still: after its present turn no message of it is handled, all of them wait, and
   * `stop` still ends it. Settles once it is still. A second time changes nothing.
   *
   * This and the four below need no place in the mailbox, and reject with ActorDown or CallTimeout.
   */
  suspend(ref: AnyRef, options?: InspectOptions): Promise<void> {
    return this.inspection.ask(ref, "suspend", [], options) as Promise<void>;
  }

  /** Lets it go on; changes nothing for one that is not suspended. */
  resume(ref: AnyRef, options?: InspectOptions): Promise<void> {
    return this.inspection.ask(ref, "resume", [], options) as Promise<void>;
  }

  /** A copy of `self.state`, made between two turns; NotSendable if it cannot travel. */
  getState<State = unknown>(ref: AnyRef, options?: InspectOptions): Promise<StateOf<State>> {
    return this.inspection.ask(ref, "getState", [], options) as Promise<StateOf<State>>;
  }

  /**
   * Puts a copy of `state` in the place of `self.state`, if the actor has handled nothing since
   * `getState` gave this version; settles with the new version.
   *
   * @throws (rejects with) StateChanged (ERR_STATE_CHANGED), and then nothing was replaced.
   */
  async replaceState(
    ref: AnyRef,
    state: unknown,
    version: number,
    options?: InspectOptions,
  ): Promise<number> {
    if (!Number.isInteger(version)) {
      throw new InvalidOptions("version", "what getState gave with the state", version);
    }
    return this.inspection.ask(ref, "replaceState", [state, version], options) as Promise<number>;
  }

  /**
   * Ends an actor after what waits in its mailbox; settles when it has ended. Its `terminate` runs.
   *
   * @throws (rejects with) ActorDown if it was dead, or has ended for another reason; CallTimeout,
   *   and it still ends.
   */
  async stopActor(ref: AnyRef, options: StopActorOptions = {}): Promise<void> {
    return this.inspection.stop(ref, options);
  }

  /** What an actor does at the moment; does not wait for the end of its turn. */
  statistics(ref: AnyRef, options?: InspectOptions): Promise<ActorStatistics> {
    return this.inspection.ask(ref, "statistics", [], options) as Promise<ActorStatistics>;
  }
}
