import type { TextSplice } from '../types';

interface Letter { id: number; letter: string; born: number; gone: number[] }

/** A text that keeps every letter with when it came and went, so that an edit may be made to any past state: what the node's document does. */
export class Sequence {
  private letters: Letter[] = [];
  private count = 0;
  private clock = 0;
  /** What each edit with a name saw when it was made. */
  private readonly named = new Map<string, (letter: Letter) => boolean>();

  constructor(text = '') {
    this.splice(0, [{ at: 0, removed: 0, inserted: text }]);
  }

  /** The state as it is: later edits name it. */
  get head(): number {
    return this.clock;
  }

  text(): string {
    return this.letters.filter((letter) => letter.gone.length === 0).map((letter) => letter.letter).join('');
  }

  /** Whether an edit of this name was made. */
  has(name: string): boolean {
    return this.named.has(name);
  }

  /** Does splices to the text as it stood at `head`, and tells what leads from the result to the merged text. An edit of a name that was made before is not made again. */
  splice(head: number, splices: TextSplice[], name?: string): TextSplice[] {
    const made = name === undefined ? undefined : this.named.get(name);
    if (made) return this.between(made);
    const now = ++this.clock;
    const seen = (letter: Letter) => (letter.born <= head || letter.born === now) && !letter.gone.some((at) => at <= head || at === now);
    for (const { at, removed, inserted } of splices) {
      const visible = this.letters.filter(seen);
      for (const letter of visible.slice(at, at + removed)) letter.gone.push(now);
      const before = at === 0 ? -1 : this.letters.indexOf(visible[at - 1]!);
      const fresh = [...inserted].map((letter) => ({ id: ++this.count, letter, born: now, gone: [] }));
      this.letters.splice(before + 1, 0, ...fresh);
    }
    if (name !== undefined) this.named.set(name, seen);
    return this.between(seen);
  }

  private between(seen: (letter: Letter) => boolean): TextSplice[] {
    const splices: TextSplice[] = [];
    let at = 0;
    for (const letter of this.letters) {
      const there = letter.gone.length === 0;
      if (there && !seen(letter)) splices.push({ at, removed: 0, inserted: letter.letter });
      if (!there && seen(letter)) splices.push({ at, removed: 1, inserted: '' });
      if (there) at++;
    }
    return splices;
  }
}
