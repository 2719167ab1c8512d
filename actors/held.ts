/**
 * Messages that wait on the sender's side until their target has room: what the mailbox policy
 * back-pressure does with a call. Everything that this thread sends to the target meanwhile waits
 * behind it, casts too, or a later message would overtake an earlier one.
 *
 * A held call runs under its own deadline and signal; one that is over is left out on release.
 */

/**
 * Messages held for one target. At the bound a cast is a dead letter, a call fails (MailboxFull).
 */
export const HELD_MAX = 65_536;

export class Held {
  #sends: (() => void)[] = [];

  get full(): boolean {
    return this.#sends.length >= HELD_MAX;
  }

  get count(): number {
    return this.#sends.length;
  }

  add(send: () => void): void {
    this.#sends.push(send);
  }

  /** Sends the oldest of it, in order: as many as there is room for, or all would be refused. */
  release(room: number): void {
    const sends = this.#sends.slice(0, room);
    this.#sends = this.#sends.slice(sends.length);
    for (const send of sends) send();
  }
}
