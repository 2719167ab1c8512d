/**
 * A transcript of a protocol: what each member is told, and the effects of its core, one per line.
 *
 *     start home count=3                       a config: home creates the instance
 *     start a
 *     command a r1 arrive round=0              request r1, a command { type: "arrive", round: 0 }
 *     deliver a→home                           the oldest on that way; of a type: `… arrived`
 *     lose a→home / repeat a→home
 *     timer a retry                            now it is as late as that
 *     wait 500                                 milliseconds
 *     durable a 3                              all writes up to 3; without a number all
 *     answer a vote value="yes"                or `fail a vote code=ERR_NO text="no"`
 *     down home a                              home hears that a has died
 *     crash a 1 / start a                      1 of its writes has reached the journal
 *     over a                                   it has finished, and its time is over
 *     view home epoch=2 / health home lagMs=5 load=0
 *     state a / flight / timers a / reset      looks; begins anew
 *
 * Values are JSON where they can be read so, else texts; an object as JSON below the command has
 * more of them.
 */

import { InvalidOptions } from "../errors.ts";
import { known } from "../options.ts";
import type { MemberId, Protocol, ProtocolSpec } from "../protocol/contract.ts";
import { Script } from "../sim/protocol/script.ts";
import { transcript } from "./transcript.ts";

export interface ProtocolTranscriptOptions {
  /** Ids of all members that there are. */
  readonly members: readonly MemberId[];
  /** Members keep what they persist; without it everything is durable at once. Default false. */
  readonly durable?: boolean;
  /** Of their randomness, default 1. */
  readonly seed?: number;
  /** As of `transcript`. */
  readonly rewrite?: boolean;
}

/**
 * Runs a transcript of a protocol and compares. The laws of all protocols and `watch` are checked
 * after each command.
 *
 * @param file a URL (`new URL("testdata/round.txt", import.meta.url)`), or a path
 * @throws (rejects with) TranscriptDiffers (ERR_TRANSCRIPT_DIFFERS); TranscriptFailed
 *   (ERR_TRANSCRIPT_FAILED) whose cause is a LawBroken or what `watch` throws; InvalidTranscript
 *   (ERR_INVALID_TRANSCRIPT); InvalidOptions
 */
export function protocolTranscript<S extends ProtocolSpec>(
  file: URL | string,
  protocol: Protocol<S>,
  options: ProtocolTranscriptOptions,
): Promise<void> {
  known("protocolTranscript", options, ["members", "durable", "seed", "rewrite"]);
  const { members, rewrite } = options;
  if (!Array.isArray(members) || members.length === 0) {
    throw new InvalidOptions("members", "a list of ids", members);
  }
  const script = new Script(protocol, options);
  return transcript(
    file,
    (command, args, directives, { input }) => script.run({ command, args, directives, input }),
    rewrite === undefined ? {} : { rewrite },
  );
}
