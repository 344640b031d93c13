import type { EditorState, Transaction } from 'prosemirror-state';
import { Refused } from '../host/host';
import type { EditedText, TextConflict, TextEdit } from '../host/types';
import type { Draft } from './rebase';

/** Rest after a keystroke before it is sent, ms: what is typed in one go is one change. */
const REST = 120;
const RETRY = 2_000;
/** Longest time that others' words wait for an input method, ms. */
const COMPOSING = 5_000;
/** A refusal that an edit meets always or never, so that it cannot have been made before. */
const TOO_LONG = 'text-too-long';

export interface WritingHooks {
  edit(edit: TextEdit): Promise<EditedText>;
  /** Keeps the draft in case the page goes away. */
  keep(): void;
  /** Shows the text and how it stands. */
  show(): void;
  /** Whether the text may be changed now: an input method that composes in it must not be touched. */
  mayChange(): boolean;
  /** Calls back later; returns what stops it. */
  after(ms: number, callback: () => void): () => void;
}

/** A draft on its way to the node, with a screen or without one: one request is under way at a time, and nothing counts as written before its answer. */
export class Writing {
  /** What the node said last when it did not make an edit. */
  refusal = '';
  /** Paragraphs in conflict of the text as the node has it. */
  conflicts: TextConflict[] = [];
  private failing = false;
  private underWay = false;
  private asked = false;
  private held: EditedText | null = null;
  private stop: () => void = () => {};

  constructor(readonly draft: Draft, public state: EditorState, private readonly hooks: WritingHooks) {}

  get saved(): 'saved' | 'saving' | 'unsaved' {
    return !this.draft.unsent ? 'saved' : this.failing ? 'unsaved' : 'saving';
  }

  /** Whether nothing is on its way, neither there nor back. */
  get idle(): boolean {
    return !this.draft.unsent && !this.underWay && !this.held;
  }

  /** Does what a person did. */
  typed(transaction: Transaction): void {
    this.state = this.state.apply(transaction);
    if (transaction.docChanged) {
      this.draft.typed(transaction);
      this.hooks.keep();
      this.later(REST);
    }
    this.hooks.show();
  }

  /** Has what is done to a paragraph in conflict settle it; nothing is done to one that is right as it is. */
  settle(place: string, transaction: Transaction | null): void {
    this.draft.settle(place);
    if (transaction) return this.typed(transaction);
    this.hooks.keep();
    this.later(REST);
    this.hooks.show();
  }

  /** Asks for what others wrote, when no answer under way brings it. */
  ask(): void {
    this.asked = true;
    this.send();
  }

  /** Sends what waits, or asks. */
  send(): void {
    if (this.underWay || this.held) return;
    const edit = this.draft.take();
    if (edit || this.asked) void this.request(edit);
  }

  /** Takes an answer that waited for an input method. */
  release(): void {
    if (!this.held) return;
    if (!this.hooks.mayChange()) return this.later(COMPOSING);
    const answer = this.held;
    this.held = null;
    this.conflicts = answer.conflicts ?? [];
    const transaction = this.draft.answered(this.state, answer);
    if (transaction) this.state = this.state.apply(transaction);
    this.failing = false;
    this.refusal = '';
    this.hooks.keep();
    this.send();
    this.hooks.show();
  }

  /** Drops what the node does not take, for the text as the node has it. Undoing brings the words back, as typed anew. */
  drop(read: { text: string; heads: string[] }): void {
    if (this.underWay || this.held) return;
    this.state = this.state.apply(this.draft.dropped(this.state, read));
    this.failing = false;
    this.refusal = '';
    this.hooks.keep();
    this.hooks.show();
  }

  private async request(edit: TextEdit | null): Promise<void> {
    this.underWay = true;
    this.asked = false;
    // With its name, before it leaves: whoever finds it here sends it by the same one.
    if (edit) this.hooks.keep();
    try {
      this.held = await this.hooks.edit(edit ?? { heads: this.draft.heads, splices: [] });
    } catch (error) {
      this.underWay = false;
      if (edit) this.failed(error as Error);
      else if (this.draft.unsent) this.later(REST);
      this.hooks.show();
      return;
    }
    this.underWay = false;
    this.release();
  }

  private failed(error: Error): void {
    this.failing = true;
    if (!(error instanceof Refused && error.status < 500)) {
      this.draft.lost();
      return this.later(RETRY);
    }
    this.refusal = error.message;
    const more = this.draft.refused(error.refusal.problems.some(({ code }) => code === TOO_LONG));
    this.hooks.keep();
    // A shorter text may be taken where a longer one was not.
    if (more) this.later(REST);
  }

  private later(ms: number): void {
    this.stop();
    this.stop = this.hooks.after(ms, () => (this.held ? this.release() : this.send()));
  }
}
