/**
 * Where everything lies in the two tables that all threads share: texts and names.
 *
 * Both have one writer, the keeper, and readers on every thread. All words are int32.
 *
 * Table of texts (table.ts), append-only; an id is the place in the order of appending:
 *
 *     word  0  TABLE_MAGIC_AT    tells it from other memory     written once, before it is shared
 *     word  1  ENTRIES_MAX       how many END words there are   written once, before it is shared
 *     word 32  COUNT             texts published                keeper only
 *     word 64  END               one word per text: the byte    keeper only; fixed once below COUNT
 *                                after its last, counted from
 *                                the first byte of text
 *     …        bytes             the texts, UTF-8, back to back keeper only; fixed below last END
 *
 * Table of names (names.ts), a hash table with open addressing:
 *
 *     word  0  NAMES_MAGIC_AT    tells it from other memory     written once, before it is shared
 *     word  1  NAMES_LIMIT       names it may hold              written once, before it is shared
 *     word 32  SEQUENCE          odd while entries change       keeper only
 *     word 64  entries           NAME_ENTRY_WORDS words each    keeper only, while SEQUENCE is odd
 *
 *     one entry   0  NAME_HASH         of the name, never 0; 0 = empty entry
 *     (256 bytes) 1  NAME_BYTES        length of the name, 1 to 224
 *                 2  NAME_SLOT         what the name stands for: a slot of the directory
 *                 3  NAME_INCARNATION  and which life of it
 *                 4  (unused up to 7)
 *                 8  NAME_TEXT         UTF-8, zeroes up to the end of the last word
 *
 * What changes at run time has a line of 128 bytes to itself, since CPUs fetch 64-byte lines in
 * pairs; what is written once shares one.
 */

import { assert } from "./assert.ts";

const LINE_WORDS = 32;

export const TABLE_MAGIC_AT = 0;
export const TABLE_MAGIC = 0x5ab7ab1e;
export const ENTRIES_MAX = 1;
export const COUNT: number = LINE_WORDS;
export const END: number = 2 * LINE_WORDS;

export const NAMES_MAGIC_AT = 0;
export const NAMES_MAGIC = 0x5ab0a3e5;
export const NAMES_LIMIT = 1;
export const SEQUENCE: number = LINE_WORDS;
export const NAME_ENTRIES: number = 2 * LINE_WORDS;

export const NAME_ENTRY_WORDS = 64;
export const NAME_HASH = 0;
export const NAME_BYTES = 1;
export const NAME_SLOT = 2;
export const NAME_INCARNATION = 3;
export const NAME_TEXT = 8;

/** Longest name, in bytes of UTF-8. */
export const NAME_BYTES_MAX: number = (NAME_ENTRY_WORDS - NAME_TEXT) * 4;

/** Names of one system, unless told otherwise: 8 MiB, of which untouched pages cost nothing. */
export const NAMES_MAX = 16384;
/** The most that a table of names can be made for. */
export const NAMES_MAX_LIMIT = 1048576;

/** At most three of four entries are in use: beyond that, runs of full entries grow long. */
export const NAME_LOAD_PERCENT_MAX = 75;

assert(NAME_BYTES_MAX === 224, "the longest name is documented as 224 bytes");
assert(NAME_INCARNATION < NAME_TEXT, "the text must not overlap the words before it");
