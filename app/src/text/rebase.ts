import type { Node } from 'prosemirror-model';
import { TextSelection, type EditorState, type Transaction } from 'prosemirror-state';
import type { Mapping, Step, Transform } from 'prosemirror-transform';
import { applied, difference, docOf, fromScalars, offsetOf, positionOf, spliceOf, stepOf, textOf, toScalars, type Splice } from './places';

/** `parts` is what a step does to the text, where that is less than the step says: it puts others' words back that it takes out. */
interface Pending { step: Step; inverted: Step; parts?: Splice[] }

/** One edit as the node is to make it. Its name and all in it stay the same however often it is sent. */
export interface NamedEdit { edit_id: string; heads: string[]; splices: Splice[]; settles?: string }

/** What the node has not written yet: from which text, at which heads, the edit that may have arrived, and what was typed after it. */
export interface KeptDraft { base: string; heads: string[]; sent: Omit<NamedEdit, 'heads'> | null; behind: Splice[] }

/** A text that is being edited here, between what the node holds and what the screen shows: one edit in flight, others behind it. */
export class Draft {
  private pending: Pending[] = [];
  private sent: { edit: NamedEdit; steps: number; uncertain: boolean } | null = null;
  /** The paragraph in conflict that is right when what waits is written. */
  private settling: string | undefined;

  /** `base` is the document as the node has it at `heads`. */
  constructor(private base: Node, public heads: string[]) {}

  /** The draft that a page kept which is gone. */
  static of(kept: KeptDraft): Draft {
    const draft = new Draft(docOf(kept.base), kept.heads);
    if (kept.sent) {
      draft.add(kept.sent.splices);
      draft.sent = { edit: { ...kept.sent, heads: kept.heads }, steps: draft.pending.length, uncertain: true };
    }
    draft.add(kept.behind);
    return draft;
  }

  get unsent(): boolean {
    return this.pending.length > 0 || this.sent !== null || this.settling !== undefined;
  }

  /** The document as the screen shows it. */
  get document(): Node {
    return done(this.base, this.pending);
  }

  /** What was typed and is not written, as one piece. */
  get words(): string {
    return difference(textOf(this.base), textOf(this.document)).inserted;
  }

  /** What the page keeps in case it goes away. */
  get kept(): KeptDraft | null {
    if (!this.unsent) return null;
    const steps = this.sent?.steps ?? 0;
    const middle = done(this.base, this.pending.slice(0, steps));
    return {
      base: textOf(this.base),
      heads: this.heads,
      sent: this.sent && { edit_id: this.sent.edit.edit_id, splices: this.sent.edit.splices, ...(this.sent.edit.settles ? { settles: this.sent.edit.settles } : {}) },
      behind: splicesOf(middle, this.pending.slice(steps)),
    };
  }

  /** Keeps what a person did. */
  typed(transaction: Transaction): void {
    transaction.steps.forEach((step, at) => this.pending.push({ step, inverted: step.invert(transaction.docs[at]!) }));
  }

  /** Has what waits settle a paragraph in conflict, also when nothing else waits. */
  settle(place: string): void {
    this.settling = place;
  }

  /** What goes to the node now: the edit whose answer was lost, or else everything that waits, as one edit. */
  take(): NamedEdit | null {
    if (!this.sent && this.unsent) {
      const edit = { edit_id: crypto.randomUUID(), heads: this.heads, splices: splicesOf(this.base, this.pending), ...(this.settling ? { settles: this.settling } : {}) };
      this.settling = undefined;
      this.sent = { edit, steps: this.pending.length, uncertain: false };
    }
    return this.sent?.edit ?? null;
  }

  /** No answer came: the edit may have been made. */
  lost(): void {
    if (this.sent) this.sent.uncertain = true;
  }

  /** The node did not make the edit: what is in it waits with the rest, and goes with it when there is more. An edit that may have been made before keeps its name, unless it `never` can have been. */
  refused(never: boolean): boolean {
    if (!this.sent || (this.sent.uncertain && !never)) return false;
    // What settled something may be taken without that.
    const more = this.pending.length > (this.sent.edit.settles ? 0 : this.sent.steps);
    this.sent = null;
    return more;
  }

  /** Drops what waits, for the text as the node has it. */
  dropped(state: EditorState, read: { text: string; heads: string[] }): Transaction {
    const now = textOf(state.doc);
    const transaction = state.tr.step(stepOf(state.doc, difference(now, read.text)));
    this.base = transaction.doc;
    this.heads = read.heads;
    this.pending = [];
    this.sent = null;
    this.settling = undefined;
    return transaction.setMeta('foreign', true);
  }

  /** Takes the node's answer: the edit in flight is written, and others' splices come under what waits behind it. `null` when nothing changes on the screen. */
  answered(state: EditorState, answer: { text: string; heads: string[]; splices: Splice[] }): Transaction | null {
    const steps = this.sent?.steps ?? 0;
    this.base = done(this.base, this.pending.slice(0, steps));
    this.pending = this.pending.slice(steps);
    this.sent = null;
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
    const merged = transaction.doc;
    this.pending = again(this.base, this.pending, transaction);
    this.base = merged;
    const { anchor, head } = state.selection;
    const place = (position: number) => transaction.doc.resolve(transaction.mapping.map(position, -1));
    transaction.setSelection(TextSelection.between(place(anchor), place(head), -1));
    return transaction.setMeta('rebased', count).setMeta('addToHistory', false).setMeta('foreign', true);
  }

  private add(splices: Splice[]): void {
    let doc = this.document;
    for (const splice of fromScalars(textOf(doc), splices)) {
      const step = stepOf(doc, splice);
      this.pending.push({ step, inverted: step.invert(doc) });
      doc = step.apply(doc).doc!;
    }
  }
}

function done(base: Node, steps: Pending[]): Node {
  return steps.reduce((doc, { step }) => step.apply(doc).doc!, base);
}

function splicesOf(base: Node, steps: Pending[]): Splice[] {
  let doc = base;
  const splices = steps.flatMap(({ step, parts }) => {
    const after = step.apply(doc).doc!;
    const done = parts ?? [spliceOf(step, doc, after)];
    doc = after;
    return done;
  });
  return toScalars(textOf(base), joined(splices.filter((splice) => splice.removed > 0 || splice.inserted !== '')));
}

/** Letters that were typed one after the other are one splice: an afternoon without the node is no thousand of them. */
function joined(splices: Splice[]): Splice[] {
  const result: Splice[] = [];
  for (const splice of splices) {
    const last = result.at(-1);
    if (last && splice.removed === 0 && splice.at === last.at + last.inserted.length) {
      result[result.length - 1] = { ...last, inserted: last.inserted + splice.inserted };
    } else result.push(splice);
  }
  return result;
}

/** Does steps again that were made on `base`, after what others did. */
function again(base: Node, steps: Pending[], transform: Transform): Pending[] {
  const result: Pending[] = [];
  // The method is public in the package and missing in its types.
  const mapping = transform.mapping as typeof transform.mapping & { setMirror(one: number, other: number): void };
  let mapFrom = steps.length;
  let before = base;
  for (const { step } of steps) {
    const after = step.apply(before).doc!;
    const moved = movedStep(step, before, after, transform.doc, mapping.slice(mapFrom));
    before = after;
    mapFrom--;
    if (!moved) continue;
    transform.step(moved.step);
    mapping.setMirror(mapFrom, transform.steps.length - 1);
    result.push({ ...moved, inverted: moved.step.invert(transform.docs.at(-1)!) });
  }
  return result;
}

/** A step at its place after what others did. It takes out no more than it took, and its words stay although what stood around them is deleted: as the node does it. */
function movedStep(step: Step, before: Node, after: Node, doc: Node, mapping: Mapping): { step: Step; parts?: Splice[] } | null {
  const { at, removed, inserted } = spliceOf(step, before, after);
  const place = (offset: number, side: number) => offsetOf(doc, mapping.map(positionOf(before, offset), side));
  const left: number[] = [];
  for (let offset = at; offset < at + removed; offset++) {
    const now = place(offset, 1);
    if (place(offset + 1, -1) === now + 1) left.push(now);
  }
  if (left.length === 0 && inserted === '') return null;
  const start = Math.min(place(at, 1), left[0] ?? Infinity);
  const end = left.length === 0 ? start : left.at(-1)! + 1;
  const others = without(textOf(doc), start, end, left);
  const parts = [{ at: start, removed: 0, inserted }, ...runs(left).reverse().map((run) => ({ at: run.at + inserted.length, removed: run.length, inserted: '' }))];
  const narrow = stepOf(doc, { at: start, removed: end - start, inserted: inserted + others });
  const mapped = step.map(mapping)?.apply(doc).doc;
  const alike = mapped && others === '' && textOf(mapped) === textOf(narrow.apply(doc).doc!);
  return alike ? { step: step.map(mapping)! } : { step: narrow, parts };
}

/** What is between two places but for some offsets. */
function without(text: string, start: number, end: number, offsets: number[]): string {
  const out = new Set(offsets);
  return text.slice(start, end).split('').filter((_, index) => !out.has(start + index)).join('');
}

/** Offsets that follow each other, as one. */
function runs(offsets: number[]): { at: number; length: number }[] {
  const result: { at: number; length: number }[] = [];
  for (const offset of offsets) {
    const last = result.at(-1);
    if (last && last.at + last.length === offset) last.length++;
    else result.push({ at: offset, length: 1 });
  }
  return result;
}

/** Others' splices in UTF-16 units. Should they not lead to the node's text, the difference does. */
function foreignSplices(base: string, answer: { text: string; splices: Splice[] }): Splice[] {
  const splices = fromScalars(base, answer.splices);
  if (splices.reduce(applied, base) === answer.text) return splices;
  return base === answer.text ? [] : [difference(base, answer.text)];
}
