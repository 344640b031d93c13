import { baseKeymap, splitBlock } from 'prosemirror-commands';
import { history, redo, undo } from 'prosemirror-history';
import { keymap } from 'prosemirror-keymap';
import { EditorState, Plugin, type Transaction } from 'prosemirror-state';
import { Decoration, DecorationSet, EditorView } from 'prosemirror-view';
import { api } from '../host/api';
import { whenChanged, whenHeard } from '../host/cache.svelte';
import { Refused } from '../host/host';
import type { EditedText, TextConflict, TextView } from '../host/types';
import { say } from '../frame/messages.svelte';
import { tellUnsaved } from '../frame/unsaved.svelte';
import { t } from '../words/index.svelte';
import { docOf, fromScalars, positionOf, textOf, type Splice } from './places';
import { Draft, isWritten } from './rebase';

/** Rest after a keystroke before it is sent, ms: what is typed in one go is one change. */
const REST = 120;
const RETRY = 2_000;

type Saved = 'saved' | 'saving' | 'unsaved';

/** What was typed and not written: from which text, at which heads. */
interface Kept { heads: string[]; splices: Splice[]; base: string }

/** One section's text in an editor, kept in step with the node. */
export class Editing {
  saved = $state<Saved>('saved');
  conflicts = $state.raw<TextConflict[]>([]);
  words = $state(0);
  refusal = $state('');
  private draft!: Draft;
  private view: EditorView | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private held: EditedText | null = null;
  private uncertain = false;
  private readonly stops: (() => void)[] = [];

  constructor(private readonly period: string, private readonly section: string, private readonly person: () => string) {}

  private get place(): string {
    return `hopluu-unsaved-text/${this.period}/${this.section}`;
  }

  /** Opens the editor on a text that was read. */
  async open(element: HTMLElement, read: TextView, name: string): Promise<void> {
    const text = await this.recovered(read);
    this.draft = new Draft(docOf(text.text), text.heads);
    this.conflicts = text.conflicts ?? [];
    const state = EditorState.create({ doc: docOf(text.text), plugins: this.plugins() });
    this.view = new EditorView(element, {
      state,
      attributes: { 'aria-label': name, role: 'textbox', 'aria-multiline': 'true', spellcheck: 'false', autocorrect: 'off', 'data-region-focus': '' },
      dispatchTransaction: (transaction) => this.dispatch(transaction),
      transformPastedText: (pasted) => pasted.normalize('NFC'),
      transformPastedHTML: (pasted) => pasted.normalize('NFC'),
      handleDOMEvents: { compositionend: () => void setTimeout(() => this.release()) },
      decorations: (now) => this.marks(now),
    });
    this.count();
    this.stops.push(
      whenChanged((scope) => {
        if (scope === `text/${this.period}/${this.section}` || scope === `texts/${this.period}` || scope === '*') void this.send(true);
      }),
      whenHeard(() => void this.send()),
    );
  }

  close(): void {
    clearTimeout(this.timer);
    void this.send();
    for (const stop of this.stops) stop();
    this.view?.destroy();
    this.view = undefined;
  }

  /** What was typed before the page went away and never reached the node is sent first. */
  private async recovered(read: TextView): Promise<TextView> {
    const kept = localStorage.getItem(this.place);
    if (!kept) return read;
    try {
      const { heads, splices, base } = JSON.parse(kept) as Kept;
      const now = await api.editText(this.period, this.section, this.person(), heads, []);
      const isThere = isWritten(now.text, base, splices);
      const written = isThere ? now : await api.editText(this.period, this.section, this.person(), heads, splices);
      localStorage.removeItem(this.place);
      say(t('text-recovered'));
      return { ...read, ...written };
    } catch (error) {
      say(t('text-not-recovered', { why: (error as Error).message }), 'bad');
      return read;
    }
  }

  private plugins(): Plugin[] {
    return [
      history(),
      keymap({ 'Mod-z': undo, 'Mod-y': redo, 'Mod-Shift-z': redo, 'Shift-Enter': splitBlock, 'Mod-Enter': splitBlock }),
      keymap(baseKeymap),
    ];
  }

  run(what: 'undo' | 'redo'): void {
    if (!this.view) return;
    (what === 'undo' ? undo : redo)(this.view.state, this.view.dispatch);
    this.view.focus();
  }

  private dispatch(transaction: Transaction): void {
    if (!this.view) return;
    this.view.updateState(this.view.state.apply(transaction));
    if (!transaction.docChanged) return;
    this.count();
    if (transaction.getMeta('foreign')) return;
    this.draft.typed(transaction);
    this.saved = this.saved === 'unsaved' ? 'unsaved' : 'saving';
    localStorage.setItem(this.place, JSON.stringify({ heads: this.draft.heads, splices: this.draft.splices(), base: this.draft.baseText } satisfies Kept));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.send(), REST);
  }

  /** Sends what waits; with `ask`, asks for what others wrote even when nothing does. One edit is in flight at a time. */
  async send(ask = false): Promise<void> {
    if (this.draft.sending || this.held || (!this.draft.unsent && !ask)) return;
    if (this.uncertain && !(await this.sure())) return this.later();
    const { heads, splices } = this.draft.take();
    try {
      this.take(await api.editText(this.period, this.section, this.person(), heads, splices));
    } catch (error) {
      this.draft.failed();
      if (splices.length === 0) return;
      if (error instanceof Refused && error.status < 500) {
        this.refusal = error.message;
        this.saved = 'unsaved';
        return;
      }
      this.uncertain = true;
      this.later();
    }
  }

  private later(): void {
    this.saved = 'unsaved';
    tellUnsaved(this.place, 1);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.send(), RETRY);
  }

  /** Finds out whether an edit whose answer was lost has been written, so that it is not written twice. */
  private async sure(): Promise<boolean> {
    const { heads, splices } = this.draft.take();
    try {
      const now = await api.editText(this.period, this.section, this.person(), heads, []);
      const there = isWritten(now.text, this.draft.baseText, splices);
      // Written: the edit in flight is the node's, and the difference to its text is others'.
      if (there) this.take({ ...now, splices: [] });
      else this.draft.failed();
      this.uncertain = false;
      return true;
    } catch {
      this.draft.failed();
      return false;
    }
  }

  private take(answer: EditedText): void {
    // What others wrote must not touch the text while an input method composes in it.
    if (this.view?.composing && answer.splices.length > 0) {
      this.held = answer;
      setTimeout(() => this.release(), 5_000);
      return;
    }
    if (!this.view) return void localStorage.removeItem(this.place);
    const transaction = this.draft.answered(this.view.state, answer);
    if (transaction) this.view.dispatch(transaction);
    this.refusal = '';
    tellUnsaved(this.place, 0);
    if (this.draft.unsent) {
      localStorage.setItem(this.place, JSON.stringify({ heads: this.draft.heads, splices: this.draft.splices(), base: this.draft.baseText } satisfies Kept));
      void this.send();
    } else {
      this.saved = 'saved';
      localStorage.removeItem(this.place);
    }
  }

  private release(): void {
    const answer = this.held;
    if (!answer || this.view?.composing) return;
    this.held = null;
    this.take(answer);
  }

  private count(): void {
    this.words = textOf(this.view!.state.doc).split(/\s+/).filter(Boolean).length;
  }

  /** Where a conflict stands in the text as it is now, UTF-16 units. */
  private range(conflict: TextConflict, text: string): { from: number; to: number } {
    const [start] = fromScalars(text, [{ at: conflict.from, removed: Math.max(0, conflict.to - conflict.from), inserted: '' }]);
    return { from: start!.at, to: start!.at + start!.removed };
  }

  private marks(state: EditorState): DecorationSet {
    if (this.draft.unsent) return DecorationSet.empty;
    const text = textOf(state.doc);
    return DecorationSet.create(state.doc, this.conflicts.map((conflict) => {
      const { from, to } = this.range(conflict, text);
      return Decoration.inline(positionOf(state.doc, from), positionOf(state.doc, to), { class: 'torn' });
    }));
  }

  /** Puts one way of writing a paragraph in place of it. */
  choose(conflict: TextConflict, written: string): void {
    if (!this.view || this.draft.unsent) return;
    const { state } = this.view;
    const { from, to } = this.range(conflict, textOf(state.doc));
    const lines = docOf(written);
    const slice = lines.slice(1, lines.content.size - 1);
    this.conflicts = this.conflicts.filter((one) => one !== conflict);
    this.view.dispatch(state.tr.replaceRange(positionOf(state.doc, from), positionOf(state.doc, to), slice));
    this.view.focus();
  }

  /** Adds a text at the end: last period's paragraph. */
  append(text: string): void {
    if (!this.view) return;
    const { state } = this.view;
    const lines = docOf(textOf(state.doc) === '' ? text : `\n${text}`);
    const end = state.doc.content.size - 1;
    this.view.dispatch(state.tr.replace(end, end, lines.slice(1, lines.content.size - 1)).scrollIntoView());
    this.view.focus();
  }
}
