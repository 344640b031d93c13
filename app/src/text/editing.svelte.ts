import { baseKeymap, splitBlock } from 'prosemirror-commands';
import { history, redo, undo } from 'prosemirror-history';
import { keymap } from 'prosemirror-keymap';
import { EditorState, Plugin } from 'prosemirror-state';
import { Decoration, DecorationSet, EditorView } from 'prosemirror-view';
import { api } from '../host/api';
import { person } from '../host/answers';
import { whenChanged, whenHeard } from '../host/cache.svelte';
import { keepEdits, keptByTheGone, keptHere } from '../host/kept';
import type { TextConflict, TextView } from '../host/types';
import { say } from '../frame/messages.svelte';
import { tellUnsaved } from '../frame/unsaved.svelte';
import { t } from '../words/index.svelte';
import { difference, docOf, fromScalars, positionOf, stepOf, textOf } from './places';
import { Draft, type KeptDraft } from './rebase';
import { Writing } from './writing';

const PLACE = 'hopluu-unsaved-text';
const alive = new Map<string, Editing>();

/** The editing of a section, for who will `release` it. It outlives its screen for as long as anything in it is not written. */
export function editingOf(period: string, section: string): Editing {
  const editing = begun(period, section);
  editing.holders++;
  return editing;
}

function begun(period: string, section: string): Editing {
  const place = `${PLACE}/${period}/${section}`;
  let found = alive.get(place);
  if (!found) {
    found = new Editing(period, section, place);
    alive.set(place, found);
    found.begin();
  }
  return found;
}

/** Sends what earlier pages kept of a period's texts, whichever section is open. */
export function resumeTexts(period: string): void {
  const start = `${PLACE}/${period}/`;
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(start)) begun(period, key.slice(start.length, key.lastIndexOf('/')));
  }
}

/** Whether anything typed into a period's texts is not written yet. */
export function textsWait(period: string): boolean {
  // Each is looked at, so that a view hears of every one that changes.
  const ours = [...alive].filter(([place]) => place.startsWith(`${PLACE}/${period}/`));
  return ours.map(([, editing]) => editing.saved !== 'saved').includes(true);
}

/** Whether anything typed into any text is not written yet. */
export function anyTextWaits(): boolean {
  return [...alive.values()].some((editing) => editing.saved !== 'saved');
}

/** One section's text in an editor, kept in step with the node. */
export class Editing {
  saved = $state<Writing['saved']>('saved');
  conflicts = $state.raw<TextConflict[]>([]);
  words = $state(0);
  /** Something is not written yet: what is chosen would mix with it. */
  waits = $state(false);
  refusal = $state('');
  /** What other pages kept that are gone, and the node does not take. */
  left = $state.raw<{ text: string; why: string; drop: () => void }[]>([]);
  /** What other pages kept has been looked for. */
  ready: Promise<void> = Promise.resolve();
  /** How many screens have it. */
  holders = 0;
  private writing: Writing | undefined;
  private others: Writing[] = [];
  private view: EditorView | undefined;
  private recovering = false;
  private cannotKeep = false;
  private readonly stops: (() => void)[] = [];

  constructor(private readonly period: string, private readonly section: string, private readonly place: string) {}

  begin(): void {
    for (const kept of keptHere<KeptDraft>(this.place)) this.recover(kept);
    this.ready = keptByTheGone<KeptDraft>(this.place, (held) => {
      for (const kept of held) this.recover(kept);
      this.keep();
    }).then(() => this.leave());
    this.stops.push(
      whenChanged((scope) => {
        if (scope === `text/${this.period}/${this.section}` || scope === `texts/${this.period}` || scope === 'periods' || scope === '*') this.ask();
      }),
      whenHeard(() => this.ask()),
    );
  }

  /** Whether the text can be shown without asking the node. */
  get begun(): boolean {
    return this.writing !== undefined;
  }

  /** Opens an editor on the text as it was read; on what is not written yet, when there is any. Returns what closes it. */
  open(element: HTMLElement, name: string, read: TextView | null): () => void {
    const writing = (this.writing ??= this.start(new Draft(docOf(read?.text ?? ''), read?.heads ?? [])));
    if (read && !writing.draft.unsent && writing.draft.heads.join() === read.heads.join()) writing.conflicts = read.conflicts;
    const view = new EditorView(element, {
      state: writing.state,
      attributes: { 'aria-label': name, role: 'textbox', 'aria-multiline': 'true', spellcheck: 'false', autocorrect: 'off', 'data-region-focus': '' },
      dispatchTransaction: (transaction) => writing.typed(transaction),
      transformPastedText: (pasted) => pasted.normalize('NFC'),
      transformPastedHTML: (pasted) => pasted.normalize('NFC'),
      handleDOMEvents: { compositionend: () => void setTimeout(() => writing.release()) },
      decorations: (now) => this.marks(now),
    });
    this.view = view;
    this.show();
    if (read && !writing.idle) writing.ask();
    return () => {
      view.destroy();
      if (this.view !== view) return;
      this.view = undefined;
      writing.release();
      writing.send();
    };
  }

  /** Ends when nobody looks and nothing waits. */
  release(): void {
    this.holders--;
    this.leave();
  }

  private leave(): void {
    if (this.holders > 0 || [this.writing, ...this.others].some((one) => one && !one.idle)) return;
    for (const stop of this.stops.splice(0)) stop();
    if (alive.get(this.place) === this) alive.delete(this.place);
  }

  private start(draft: Draft): Writing {
    const writing: Writing = new Writing(draft, EditorState.create({ doc: draft.document, plugins: this.plugins() }), {
      edit: (edit) => api.editText(this.period, this.section, person(), edit),
      keep: () => this.keep(),
      show: () => this.show(),
      mayChange: () => writing !== this.writing || !this.view?.composing,
      after: (ms, callback) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    });
    return writing;
  }

  /** Goes on with what was typed before the page went away: on the screen, or beside it when the screen has a draft. */
  private recover(kept: KeptDraft): void {
    const writing = this.start(Draft.of(kept));
    if (this.writing) this.others.push(writing);
    else this.writing = writing;
    this.recovering = true;
    writing.send();
  }

  private ask(): void {
    for (const writing of this.others) writing.send();
    this.writing?.ask();
  }

  private get drafts(): KeptDraft[] {
    return [this.writing, ...this.others].flatMap((writing) => writing?.draft.kept ?? []);
  }

  private keep(): void {
    try {
      keepEdits(this.place, this.drafts);
      this.cannotKeep = false;
    } catch {
      // The storage is full or forbidden. The node takes the text all the same.
      if (!this.cannotKeep) say(t('text-not-kept'), 'bad');
      this.cannotKeep = true;
    }
  }

  private show(): void {
    const { writing } = this;
    this.others = this.others.filter((other) => !other.idle);
    this.left = this.others.filter((other) => other.refusal).map((other) => ({
      text: other.draft.words,
      why: other.refusal,
      drop: () => {
        this.others = this.others.filter((one) => one !== other);
        this.keep();
        this.show();
      },
    }));
    if (writing) {
      const marks = this.conflicts.length > 0 && !this.waits;
      this.waits = writing.draft.unsent;
      const marksNow = writing.conflicts.length > 0 && !this.waits;
      const others = writing.conflicts !== this.conflicts && (marks || marksNow);
      this.conflicts = writing.conflicts;
      // The marks of a text that stays are drawn anew only where they are others: an input method may be at work.
      const redraw = (others || marks !== marksNow) && !this.view?.composing;
      if (this.view && (this.view.state !== writing.state || redraw)) this.view.updateState(writing.state);
      this.saved = writing.saved;
      this.refusal = writing.refusal;
      this.words = textOf(writing.state.doc).split(/\s+/).filter(Boolean).length;
    }
    const waiting = [writing, ...this.others].filter((one) => one?.draft.unsent);
    tellUnsaved(this.place, waiting.filter((one) => one!.saved === 'unsaved').length);
    if (waiting.length === 0 && this.recovering) {
      this.recovering = false;
      say(t('text-recovered'));
    }
    this.leave();
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

  /** Drops what the node does not take, for the text that it has. */
  async drop(): Promise<void> {
    try {
      this.writing?.drop(await api.text(this.period, this.section));
    } catch (error) {
      say((error as Error).message, 'bad');
    }
  }

  /** Where a conflict stands in the text as it is now, UTF-16 units. */
  private range(conflict: TextConflict, text: string): { from: number; to: number } {
    const [start] = fromScalars(text, [{ at: conflict.from, removed: Math.max(0, conflict.to - conflict.from), inserted: '' }]);
    return { from: start!.at, to: start!.at + start!.removed };
  }

  private marks(state: EditorState): DecorationSet {
    if (this.writing?.draft.unsent) return DecorationSet.empty;
    const text = textOf(state.doc);
    return DecorationSet.create(state.doc, this.conflicts.map((conflict) => {
      const { from, to } = this.range(conflict, text);
      return Decoration.inline(positionOf(state.doc, from), positionOf(state.doc, to), { class: 'torn' });
    }));
  }

  /** Puts one way of writing a paragraph in place of it, and says that it is right. */
  choose(conflict: TextConflict, written: string): void {
    if (!this.view || !this.writing || this.writing.draft.unsent) return;
    const { state } = this.view;
    const { from, to } = this.range(conflict, textOf(state.doc));
    const splice = difference(textOf(state.doc).slice(from, to), written);
    const nothing = splice.removed === 0 && splice.inserted === '';
    this.writing.settle(conflict.place, nothing ? null : state.tr.step(stepOf(state.doc, { ...splice, at: from + splice.at })));
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
