/** The types of a notice: what is asked, answered, said between members, and kept. */

import { type MessagesOf, peerCodec, text } from "../actors/index.ts";

const messages = { told: { words: text(200) }, read: {} };
/** How messages look on the way: what is not in the table is dropped and counted. */
export const peers = peerCodec({ version: 1, messages });

export interface NoticeSpec {
  readonly config: Config;
  readonly command: { readonly type: "outcome" };
  readonly reply:
    | { readonly type: "outcome"; readonly missing: readonly string[] }
    | { readonly type: "not-home" };
  readonly message: MessagesOf<typeof messages>;
  readonly record: "read";
  readonly observation: never;
  /** For the actor behind a reader, whose handler `show` gets it. */
  readonly question: { readonly type: "show"; readonly words: string };
  readonly state: Home | Reader;
}

/** What home creates the instance with. */
export interface Config {
  readonly words: string;
  readonly readers: readonly string[];
  /** Milliseconds that home waits for them. */
  readonly withinMs: number;
}

export interface Home extends Config {
  readonly role: "home";
  readonly until: number;
  readonly missing: Set<string>;
  /** Requests that wait for the outcome. */
  readonly waiting: string[];
  isOver: boolean;
}

export interface Reader {
  readonly role: "reader";
  isAsking: boolean;
  hasRead: boolean;
  /** The last write. */
  seq: number;
}
