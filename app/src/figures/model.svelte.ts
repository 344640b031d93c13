import { SvelteMap } from 'svelte/reactivity';
import { person, status } from '../host/answers';
import { api } from '../host/api';
import { whenChanged, whenHeard, whenRunAnew } from '../host/cache.svelte';
import { NoSession, Refused, Unreachable } from '../host/host';
import { keepEdits, keptByTheGone, keptHere } from '../host/kept';
import { wordsOf, type CellEdit, type EditOutcome, type EntryView, type FigureCell, type FiguresView, type Form, type FormAppendix, type FormRow, type Problem } from '../host/types';
import { say } from '../frame/messages.svelte';
import { tellUnsaved, watchWork } from '../frame/unsaved.svelte';
import { t } from '../words/index.svelte';
import { clock } from '../words/dates';
import { addAsked, met, Versions, type Asked } from './asking';
import { troublesInOrder } from './problems';
import { EditQueue, written, type Batch } from './queue';
import type { Pending } from './state';
import { titlesOf } from './titles';
import { Undo } from './undo';

/** A sentence with the numbers that people read in place of the cells' ids. */
export function numbered(sentence: string, numbers: Map<string, string>): string {
  return sentence.replace(/[\w-]+(?:\.[\w-]+)+/g, (id) => numbers.get(id) ?? id);
}

/** The figures of one period: what the node said last, and the edits on their way to it. */
export class Figures {
  readonly cells = new SvelteMap<string, FigureCell>();
  readonly pending = new SvelteMap<string, Pending>();
  readonly rows = new Map<string, FormRow>();
  readonly appendixOf = new Map<string, FormAppendix>();
  readonly numbers = new Map<string, string>();
  /** What this unit types. */
  readonly own = new Set<string>();
  readonly titles: Map<string, string>;
  locked = $state.raw<Problem | null>(null);
  loaded = $state(false);
  asked = $state.raw<Asked[]>([]);
  canUndo = $state(false);
  canRedo = $state(false);
  readonly troubles = $derived.by(() => troublesInOrder(this.form.appendices, this.cells));
  private revision = -1;
  private reading = false;
  private stale = false;
  private readonly history = new Undo();
  private readonly queue: EditQueue;
  private readonly versions = new Versions();
  private readonly askedPlace: string;
  private toldCannotKeep = false;
  /** Undo was asked for while the last batch was on its way. */
  private undoLater = false;
  /** Batches that were taken back before they were sent, to be done again. */
  private takenBack: Batch[] = [];

  constructor(readonly period: string, readonly form: Form) {
    this.askedPlace = `hopluu-asked/${period}`;
    this.titles = titlesOf(form.appendices);
    for (const appendix of form.appendices) {
      for (const row of appendix.rows) {
        this.rows.set(row.id, row);
        this.appendixOf.set(row.id, appendix);
        this.numbers.set(row.id, row.number || row.label);
        if (row.kind === 'typed') this.own.add(row.id);
      }
    }
    const place = `hopluu-unsaved/${period}`;
    this.asked = keptHere<Asked>(this.askedPlace);
    this.queue = new EditQueue(
      {
        send: (edits, edit_id) => api.edit(period, person(), { edits, keep_drafts: true, edit_id }),
        temporary: (error) => error instanceof Unreachable || error instanceof NoSession || (error instanceof Refused && error.status >= 500),
        settled: (batch, outcome) => this.settled(batch, outcome),
        asLeft: (batch, cell) => this.asLeft(batch, cell),
        broke: (error) => this.broke(error),
        refused: (batch, error) => this.refused(batch, error as Error),
        changed: (batches, failing) => this.waits(batches, failing),
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        keep: (batches) => this.keep(place, batches),
      },
      keptHere<Batch>(place),
    );
    this.waits(this.queue.waiting, false);
    void keptByTheGone<Batch>(place, (batches) => {
      for (const batch of batches) this.queue.add(batch.edits, batch.purpose, { id: batch.id, again: batch.again });
    });
    void keptByTheGone<Asked>(this.askedPlace, (asked) => this.keepAsked(addAsked(this.asked, asked)));
    watchWork(() => this.queue.waiting.length > 0 || this.asked.length > 0);
    whenRunAnew(() => {
      this.revision = -1;
      this.queue.retryNow();
    });
    whenHeard(() => this.queue.retryNow());
    whenChanged((scope) => {
      if (scope === `figures/${period}` || scope === '*') void this.read();
    });
    void this.read();
  }

  /** Reads all cells; again when something changed meanwhile. */
  async read(): Promise<void> {
    this.stale = true;
    if (this.reading) return;
    this.reading = true;
    while (this.stale) {
      this.stale = false;
      try {
        this.take(await api.figures(this.period));
      } catch {
        break;
      }
    }
    this.reading = false;
  }

  private take(view: FiguresView): void {
    if (view.revision < this.revision) return;
    this.revision = view.revision;
    this.locked = view.locked ?? null;
    for (const cell of view.cells) this.put(cell);
    this.loaded = true;
  }

  /** A cell that looks the same stays the same, so that nothing is drawn again for it. */
  private put(told: FigureCell): void {
    this.versions.saw(told);
    const cell = { ...told, problems: told.problems.map((problem) => ({ ...problem, message: numbered(problem.message ?? '', this.numbers) })) };
    const old = this.cells.get(cell.id);
    if (!old || JSON.stringify(old) !== JSON.stringify(cell)) this.cells.set(cell.id, cell);
  }

  /**
   * Sends edits as one transaction. What is typed is shown as unsaved until the node says that it is durable.
   * An edit stands on the version that its author saw; on the present one where nothing else is said.
   */
  send(edits: CellEdit[], purpose: Batch['purpose'] = 'type'): void {
    if (purpose === 'type') this.takenBack = [];
    this.queue.add(this.onWhatStands(edits), purpose);
    this.tellUndo();
  }

  private onWhatStands(edits: CellEdit[]): CellEdit[] {
    return edits.map((edit) => ({ ...edit, only_if: this.versions.standing(edit.id, edit.only_if ?? this.cells.get(edit.id)?.version) }));
  }

  private keep(place: string, batches: Batch[]): void {
    try {
      keepEdits(place, batches);
    } catch {
      this.cannotKeep();
    }
  }

  private broke(error: unknown): void {
    console.error(error);
    void this.read();
  }

  private waits(batches: readonly Batch[], failing: boolean): void {
    tellUnsaved(this.period, failing ? batches.length : 0);
    this.pending.clear();
    for (const batch of batches) {
      for (const edit of batch.edits) if (edit.value != null) this.pending.set(edit.id, { text: edit.value, failing });
    }
    if (batches.length > 0) return;
    const wanted = this.undoLater;
    this.undoLater = false;
    if (wanted) this.undo();
    else this.tellUndo();
  }

  private settled(batch: Batch, outcome: EditOutcome): void {
    const wrote = written(batch, outcome, (cell) => this.asLeft(batch, cell));
    this.versions.wrote(batch.edits, wrote);
    if (outcome.revision >= this.revision) {
      this.revision = outcome.revision;
      for (const cell of outcome.cells) this.put(cell);
    } else void this.read();
    this.history.wrote(wrote.map((cell) => cell.id), outcome.cells);
    if (batch.purpose === 'type' || batch.purpose === 'choose') this.history.record(outcome.changes);
    const { ask, again } = met(batch, outcome, (edit, since) => this.versions.sameValue(edit, since));
    this.keepAsked(addAsked(this.asked, ask));
    this.queue.add(again, batch.purpose, { again: true });
    if (outcome.changed_since.length > 0) void this.read();
    this.tell(batch, outcome);
  }

  /** Whether a cell is as a batch left it: its last value is this person's, and no note is beside it that nobody here has seen. */
  private asLeft(batch: Batch, cell: FigureCell): boolean {
    const edit = batch.edits.findLast(({ id }) => id === cell.id);
    const known = this.cells.get(cell.id);
    const [entry] = cell.entries;
    if (!edit || cell.entries.length > 1 || cell.notes.length > 1) return false;
    const value = edit.value == null ? cell.editable === known?.editable : entry ? this.isOwn(entry) : edit.value === '';
    return value && (edit.note == null ? cell.note === (known?.note ?? '') : cell.note === edit.note);
  }

  private isOwn(entry: EntryView): boolean {
    return entry.person === person() && entry.node === (status().value?.machine ?? '');
  }

  /** Questions are kept where the batches are, until a person has answered them. */
  private keepAsked(asked: Asked[]): void {
    this.asked = asked;
    try {
      keepEdits(this.askedPlace, asked);
    } catch {
      this.cannotKeep();
    }
  }

  private cannotKeep(): void {
    if (this.toldCannotKeep) return;
    this.toldCannotKeep = true;
    say(t('said-cannot-keep'), 'bad');
  }

  private tell(batch: Batch, outcome: EditOutcome): void {
    const [chosen] = batch.purpose === 'choose' ? outcome.changes : [];
    const [question] = outcome.questions;
    const [refused] = outcome.refused;
    const [skipped] = outcome.skipped;
    const noted = outcome.changes.find((change) => change.noted)?.noted;
    if (question) say(t('said-question', { cell: this.numberOf(question.id), text: question.text }), 'warn');
    else if (refused) say(wordsOf(refused.problem), 'bad');
    else if (skipped) say(wordsOf(skipped.problem), 'warn');
    else if (chosen) say(t('conflict-chosen', { cell: this.numberOf(chosen.id), value: chosen.after }));
    else if (noted) say(wordsOf(noted));
    else if (batch.purpose === 'undo' && outcome.changes.length > 0) say(t('said-undone', { count: outcome.changes.length }));
    else if (batch.purpose === 'redo' && outcome.changes.length > 0) say(t('said-redone', { count: outcome.changes.length }));
    else if (outcome.changes.length > 1) say(t('said-written', { count: outcome.changes.length }));
  }

  /** A refusal as a whole writes nothing: what was typed is told again, so that it is not lost. */
  private refused(batch: Batch, error: Error): void {
    const texts = batch.edits.map((edit) => `${this.numbers.get(edit.id) ?? edit.id}: ${edit.value ?? edit.note ?? ''}`).join('; ');
    say(t('said-refused', { why: error.message, texts }), 'bad');
    void this.read();
  }

  /** Takes back what was typed last. What is on its way to the node is undone once it is written. */
  undo(): void {
    if (this.queue.waiting.at(-1)?.purpose === 'type') {
      const back = this.queue.takeBack();
      if (back) this.takenBack = [...this.takenBack, back];
      else this.undoLater = true;
      if (!back) say(t('said-undo-waits'));
      return this.tellUndo();
    }
    const step = this.history.undo();
    if (step === 'choice') say(t('said-choice-stays'), 'warn');
    else if (step) this.send(step, 'undo');
    this.tellUndo();
  }

  redo(): void {
    const back = this.takenBack.at(-1);
    if (this.undoLater) this.undoLater = false;
    else if (back) {
      this.takenBack = this.takenBack.slice(0, -1);
      this.queue.add(this.onWhatStands(back.edits), back.purpose);
    } else {
      const edits = this.history.redo();
      if (edits) this.send(edits, 'redo');
    }
    this.tellUndo();
  }

  private tellUndo(): void {
    this.canUndo = this.history.canUndo || this.queue.waiting.some(({ purpose }) => purpose === 'type');
    this.canRedo = this.history.canRedo || this.takenBack.length > 0;
  }

  /** Answers the question whether to write over what somebody else has written since. */
  settleAsked(overwrite: boolean): void {
    const asked = this.asked;
    if (overwrite) {
      // The same edits in a new batch: the node has seen the old one. They wait in the queue before the question goes.
      for (const purpose of new Set(asked.map((one) => one.purpose))) {
        const edits = asked.filter((one) => one.purpose === purpose);
        this.send(edits.map(({ edit, version }) => ({ ...edit, only_if: version ?? this.cells.get(edit.id)?.version })), purpose);
      }
    }
    this.keepAsked([]);
  }

  /** The sentence of that question. */
  askedSentence(): string {
    const [first] = this.asked;
    if (!first) return '';
    const { edit, entry } = first;
    const cell = this.numberOf(edit.id);
    if (edit.value == null) return t('asked-note', { cell, note: edit.note ?? '' });
    const facts = {
      person: entry?.person || t('somebody'), cell,
      time: entry ? clock(entry.time * 1000) : clock(Date.now()), now: entry?.written || t('empty-value'),
    };
    return edit.value === '' ? t('asked-clear', facts) : t('asked-overwrite', { ...facts, value: edit.value === 'kps' ? t('nothing-arose') : edit.value });
  }

  private numberOf(id: string): string {
    return this.numbers.get(id) || this.rows.get(id)?.label || id;
  }
}

const all = new Map<string, Figures>();

/** The figures of a period; the same object as long as the page lives, so that undo and waiting edits stay. */
export function figuresOf(period: string, form: Form): Figures {
  let found = all.get(period);
  if (!found) {
    let made!: Figures;
    $effect.root(() => {
      made = new Figures(period, form);
    });
    all.set(period, (found = made));
  }
  return found;
}
