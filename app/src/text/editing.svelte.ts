import { baseKeymap, splitBlock } from 'prosemirror-commands';
import { history, redo, undo } from 'prosemirror-history';
import { keymap } from 'prosemirror-keymap';
import { EditorState, Plugin } from 'prosemirror-state';
import { Decoration, DecorationSet, EditorView } from 'prosemirror-view';
import { api } from '../host/api';
import { person } from '../host/answers';
import { whenChanged, whenHeard } from '../host/cache.svelte';
import { keepEdits, keptByTheGone, keptHere } from '../host/kept';
import type { TextConflict, TextFigure, TextView } from '../host/types';
import { say } from '../frame/messages.svelte';
import { tellUnsaved } from '../frame/unsaved.svelte';
import { t } from '../words/index.svelte';
import { figureAt, figureKeys, FigureView, serializer, type Said } from './figureNode';
import { answerToPage, cellOf, cellsOf, editToNode, fromStored, hasFigures, inWords, letterOf, toPage, toStored, withoutFigures, type StoredDraft } from './figures';
import { difference, docOf, fromScalars, positionOf, schema, stepOf, textOf } from './places';
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
  left = $state.raw<{ text: string; words: string; why: string; drop: () => void }[]>([]);
  /** Whether figures can be put into the text. */
  mayHoldFigures = $state(false);
  /** Where a figure is to be chosen for, in the window. */
  choosing = $state.raw<{ left: number; top: number } | null>(null);
  /** Shows a cell. */
  openCell: (cell: string) => void = () => {};
  /** What other pages kept has been looked for. */
  ready: Promise<void> = Promise.resolve();
  /** How many screens have it. */
  holders = 0;
  private writing: Writing | undefined;
  private others: Writing[] = [];
  private view: EditorView | undefined;
  private recovering = false;
  private cannotKeep = false;
  private readonly said = new Map<string, Said>();
  private readonly figures = new Set<FigureView>();
  private readonly stops: (() => void)[] = [];

  constructor(private readonly period: string, private readonly section: string, private readonly place: string) {}

  begin(): void {
    for (const kept of keptHere<StoredDraft>(this.place)) this.recover(fromStored(kept));
    this.ready = keptByTheGone<StoredDraft>(this.place, (held) => {
      for (const kept of held) this.recover(fromStored(kept));
      this.keep();
    }).then(() => this.leave());
    this.stops.push(
      whenChanged((scope) => {
        // Numbers within the text follow their cells.
        if (scope === `figures/${this.period}` && this.writing && hasFigures(textOf(this.writing.state.doc))) this.ask();
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
  open(element: HTMLElement, name: string, told: TextView | null): () => void {
    if (told) this.hear(told);
    const read = told && answerToPage(told);
    const writing = (this.writing ??= this.start(new Draft(docOf(read?.text ?? ''), read?.heads ?? [])));
    if (read && !writing.draft.unsent && writing.draft.heads.join() === read.heads.join()) writing.conflicts = read.conflicts;
    const view = new EditorView(element, {
      state: writing.state,
      attributes: { 'aria-label': name, role: 'textbox', 'aria-multiline': 'true', spellcheck: 'false', autocorrect: 'off', 'data-region-focus': '' },
      dispatchTransaction: (transaction) => writing.typed(transaction),
      transformPastedText: (pasted) => withoutFigures(pasted.normalize('NFC')),
      transformPastedHTML: (pasted) => withoutFigures(pasted.normalize('NFC')),
      clipboardTextSerializer: (slice) => this.inWords(slice.content.textBetween(0, slice.content.size, '\n')),
      clipboardSerializer: serializer((cell) => this.say(cell)),
      nodeViews: { figure: (node) => new FigureView(node, (cell) => this.said.get(cell), this.figures, (cell) => this.openCell(cell)) },
      handleTextInput: (_view, _from, _to, text) => text === '#' && this.chooseFigure(),
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
      edit: async (edit) => {
        const answer = await api.editText(this.period, this.section, person(), editToNode(edit));
        this.hear(answer);
        return answerToPage(answer);
      },
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

  private get drafts(): StoredDraft[] {
    return [this.writing, ...this.others].flatMap((writing) => writing?.draft.kept ?? []).map(toStored);
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
      words: this.inWords(other.draft.words),
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
      keymap({ ...figureKeys, 'Alt-Enter': (state) => this.openBeside(state) }),
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
      const told = await api.text(this.period, this.section);
      this.hear(told);
      this.writing?.drop(answerToPage(told));
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

  /** Takes what the node says of the figures within the text. */
  private hear({ figures, may_hold_figures }: { figures?: TextFigure[]; may_hold_figures?: boolean }): void {
    this.mayHoldFigures = may_hold_figures ?? false;
    for (const figure of figures ?? []) if (figure.cell) this.said.set(figure.cell, figure);
    for (const view of this.figures) view.draw();
  }

  /** What is read in a figure's place. */
  private say(cell: string): string {
    return this.said.get(cell)?.shown ?? '…';
  }

  /** A text of this page with its figures in words. */
  inWords(text: string): string {
    return inWords(text, (cell) => this.say(cell));
  }

  /** Has a person choose the cell that is to stand at the caret. */
  chooseFigure(): boolean {
    if (!this.view || !this.mayHoldFigures) return false;
    const { left, bottom } = this.view.coordsAtPos(this.view.state.selection.from);
    this.choosing = { left, top: bottom };
    return true;
  }

  /** Puts a figure at the caret; `said` is what is known of it until the node has said it. Without a cell, the letter that was typed. */
  chosen(cell: string | null, said?: Said): void {
    this.choosing = null;
    if (!this.view) return;
    const { tr } = this.view.state;
    if (cell !== null && said && !this.said.has(cell)) this.said.set(cell, said);
    this.view.dispatch((cell === null ? tr.insertText('#') : tr.replaceSelectionWith(schema.node('figure', { letter: letterOf(cell) }), false)).scrollIntoView());
    this.view.focus();
  }

  /** Leaves the text as it is. */
  notChosen(): void {
    this.choosing = null;
    this.view?.focus();
  }

  private openBeside(state: EditorState): boolean {
    const figure = figureAt(state, 'before') ?? figureAt(state, 'behind');
    const cell = figure && cellOf(figure.attrs.letter as string);
    if (cell) this.openCell(cell);
    return Boolean(cell);
  }

  /** A text of the node's as this page has it: its figures show this period's cells, where the form has them. */
  taken(text: string, figures: TextFigure[] | undefined, has: (cell: string) => boolean): string {
    const kept = (figure: TextFigure) => Boolean(figure.cell && this.mayHoldFigures && has(figure.cell));
    const page = toPage(text, cellsOf(figures));
    const told = new Map((figures ?? []).map((figure) => [figure.cell, figure]));
    return [...page].map((letter) => {
      const figure = told.get(cellOf(letter) ?? null);
      return cellOf(letter) === undefined || (figure && kept(figure)) ? letter : (figure?.shown ?? '');
    }).join('');
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
