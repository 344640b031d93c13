import type { Node } from 'prosemirror-model';
import { TextSelection, type EditorState, type Transaction } from 'prosemirror-state';
import type { Step, Transform } from 'prosemirror-transform';
import { applied, difference, fromScalars, spliceOf, stepOf, textOf, toScalars, type Splice } from './places';

interface Pending { step: Step; inverted: Step }

/** A text that is being edited here, between what the node holds and what the screen shows: one edit in flight, others behind it. */
export class Draft {
  private pending: Pending[] = [];
  private inFlight = 0;

  /** `base` is the document as the node has it at `heads`. */
  constructor(private base: Node, public heads: string[]) {}

  get unsent(): boolean {
    return this.pending.length > 0;
  }

  get sending(): boolean {
    return this.inFlight > 0;
  }

  get baseText(): string {
    return textOf(this.base);
  }

  /** Keeps what a person did. */
  typed(transaction: Transaction): void {
    transaction.steps.forEach((step, at) => this.pending.push({ step, inverted: step.invert(transaction.docs[at]!) }));
  }

  /** What goes to the node now: everything that waits, as one edit. */
  take(): { heads: string[]; splices: Splice[] } {
    this.inFlight = this.pending.length;
    return { heads: this.heads, splices: this.splices() };
  }

  /** What waits, without sending it. */
  splices(): Splice[] {
    let doc = this.base;
    const splices = this.pending.map(({ step }) => {
      const after = step.apply(doc).doc!;
      const splice = spliceOf(step, doc, after);
      doc = after;
      return splice;
    });
    return toScalars(textOf(this.base), splices.filter((splice) => splice.removed > 0 || splice.inserted !== ''));
  }

  /** The edit did not arrive. */
  failed(): void {
    this.inFlight = 0;
  }

  /** Takes the node's answer: the edit in flight is written, and others' splices come under what waits behind it. `null` when nothing changes on the screen. */
  answered(state: EditorState, answer: { text: string; heads: string[]; splices: Splice[] }): Transaction | null {
    const written = this.pending.slice(0, this.inFlight);
    const behind = this.pending.slice(this.inFlight);
    this.base = written.reduce((doc, { step }) => step.apply(doc).doc!, this.base);
    this.inFlight = 0;
    this.pending = behind;
    this.heads = answer.heads;
    const foreign = foreignSplices(textOf(this.base), answer);
    if (foreign.length === 0) return null;
    return this.rebase(state, foreign);
  }

  /** Puts what waits aside, does what others did, and does it again on top: prosemirror-collab's way. */
  private rebase(state: EditorState, foreign: Splice[]): Transaction {
    const transaction = state.tr;
    const count = this.pending.length;
    for (const { inverted } of [...this.pending].reverse()) transaction.step(inverted);
    for (const splice of foreign) transaction.step(stepOf(transaction.doc, splice));
    this.base = transaction.doc;
    this.pending = again(this.pending, transaction);
    const { anchor, head } = state.selection;
    const place = (position: number) => transaction.doc.resolve(transaction.mapping.map(position, -1));
    transaction.setSelection(TextSelection.between(place(anchor), place(head), -1));
    return transaction.setMeta('rebased', count).setMeta('addToHistory', false).setMeta('foreign', true);
  }
}

function again(steps: Pending[], transform: Transform): Pending[] {
  const result: Pending[] = [];
  // The method is public in the package and missing in its types.
  const mapping = transform.mapping as typeof transform.mapping & { setMirror(one: number, other: number): void };
  let mapFrom = steps.length;
  for (const { step } of steps) {
    const mapped = step.map(transform.mapping.slice(mapFrom));
    mapFrom--;
    if (!mapped || transform.maybeStep(mapped).failed) continue;
    mapping.setMirror(mapFrom, transform.steps.length - 1);
    result.push({ step: mapped, inverted: mapped.invert(transform.docs.at(-1)!) });
  }
  return result;
}

/** Others' splices in UTF-16 units. Should they not lead to the node's text, the difference does. */
function foreignSplices(base: string, answer: { text: string; splices: Splice[] }): Splice[] {
  const splices = fromScalars(base, answer.splices);
  if (splices.reduce(applied, base) === answer.text) return splices;
  return base === answer.text ? [] : [difference(base, answer.text)];
}

/** Whether an edit is in the node's text, although its answer was lost; others may have written around it. In doubt it is not: twice is better than lost. */
export function isWritten(now: string, base: string, splices: Splice[]): boolean {
  const expected = fromScalars(base, splices).reduce(applied, base);
  const { inserted } = difference(base, expected);
  return now === expected || (inserted !== '' && now.includes(inserted) && !base.includes(inserted));
}
