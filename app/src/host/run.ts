import { NoSession, Unreachable } from './host';

/**
 * Which run of the program a page speaks to. The program names its run in every answer to who may ask, and a page never says it: whoever
 * takes the port when the program has ended does not know it. Nothing of theirs is believed, and what waits to be saved is not sent to them.
 */
export class Run {
  #known: string | undefined;
  /** Whether the last try came to nothing: somebody else may be there now. */
  #doubted = false;

  get name(): string | undefined {
    return this.#known;
  }

  get doubted(): boolean {
    return this.#doubted;
  }

  /** Another window was opened by the program, which runs as this now. */
  accept(name: string): void {
    this.#known = name;
    this.#doubted = false;
  }

  doubt(): void {
    this.#doubted = true;
  }

  /** Takes an answer's word for who gave it; throws when it is not the program, or another run of it. */
  check(name: string | null | undefined): void {
    if (!name) {
      this.#doubted = true;
      throw new Unreachable('not the program');
    }
    this.#known ??= name;
    if (this.#known !== name) throw new NoSession();
    this.#doubted = false;
  }
}
