/**
 * How references to actors travel inside other values: as three numbers, or as a text.
 *
 * The codec knows no actor. Whoever owns the references says which objects are references, and
 * makes the object again where the numbers arrive.
 */

export interface ReferencePort {
  /** Asked for every object that is neither a plain object nor an array. Must not run user code. */
  isReference(value: object): boolean;
  /** Exactly three int32: definition id, slot, incarnation. Or one text, for what has none. */
  write(value: object): readonly number[] | readonly [text: string];
  /** The object that `write` described. Whatever it throws makes the message a `BadRecord`. */
  read(definition: number, slot: number, incarnation: number): object;
  /** The same for a text; left out by a port whose `write` gives none. */
  readText?(text: string): object;
}
