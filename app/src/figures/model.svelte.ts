import { SvelteMap } from 'svelte/reactivity';
import { person, status } from '../host/answers';
import { api } from '../host/api';
import { whenChanged, whenHeard } from '../host/cache.svelte';
import { NoSession, Refused, Unreachable } from '../host/host';
import { keepEdits, keptByTheGone, keptHere } from '../host/kept';
import { wordsOf, type CellEdit, type EditOutcome, type EntryView, type FigureCell, type FiguresView, type Form, type FormAppendix, type FormRow, type Problem } from '../host/types';
import { say } from '../frame/messages.svelte';
import { tellUnsaved } from '../frame/unsaved.svelte';
import { t } from '../words/index.svelte';
import { clock } from '../words/dates';
import { troublesInOrder } from './problems';
import { EditQueue, type Batch } from './queue';
import type { Pending } from './state';
import { titlesOf } from './titles';
import { Undo } from './undo';

/** A cell that somebody else changed since it was read, and what was going to be written. */
export interface Asked { row: FormRow; entry: EntryView | null; value: string; purpose: Batch['purpose'] }

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

  constructor(readonly period: string, readonly form: Form) {
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
    this.queue = new EditQueue(
      {
        send: (edits) => api.edit(period, person(), { edits, keep_drafts: true }),
        temporary: (error) => error instanceof Unreachable || error instanceof NoSession || (error instanceof Refused && error.status >= 500),
        settled: (batch, outcome, tries) => this.settled(batch, outcome, tries),
        refused: (batch, error) => this.refused(batch, error as Error),
        changed: (batches, failing) => this.waits(batches, failing),
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        keep: (batches) => keepEdits(place, batches),
      },
      keptHere<Batch>(place),
    );
    this.waits(this.queue.waiting, false);
    void keptByTheGone<Batch>(place, (batches) => {
      for (const batch of batches) this.queue.add(batch.edits, batch.purpose);
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
    const cell = { ...told, problems: told.problems.map((problem) => ({ ...problem, message: numbered(problem.message ?? '', this.numbers) })) };
    const old = this.cells.get(cell.id);
    if (!old || JSON.stringify(old) !== JSON.stringify(cell)) this.cells.set(cell.id, cell);
  }

  /** Sends edits as one transaction. What is typed is shown as unsaved until the node says that it is durable. */
  send(edits: CellEdit[], purpose: Batch['purpose'] = 'type'): void {
    this.queue.add(edits.map((edit) => ('only_if' in edit ? edit : { ...edit, only_if: this.cells.get(edit.id)?.version })), purpose);
  }

  private waits(batches: readonly Batch[], failing: boolean): void {
    tellUnsaved(this.period, failing ? batches.length : 0);
    this.pending.clear();
    for (const batch of batches) {
      for (const edit of batch.edits) if (edit.value != null) this.pending.set(edit.id, { text: edit.value, failing });
    }
  }

  private settled(batch: Batch, outcome: EditOutcome, tries: number): void {
    if (outcome.revision >= this.revision) {
      this.revision = outcome.revision;
      for (const cell of outcome.cells) this.put(cell);
    } else void this.read();
    this.history.wrote(outcome.changes.map((change) => change.id), outcome.cells);
    if (batch.purpose === 'type') this.history.record(outcome.changes);
    this.tellUndo();
    // What is undone has changed since in another window, were it of the same person: nothing of this one is on its way before it.
    const isRepeated = (entry: EntryView | null | undefined) => this.isOwn(entry) && (tries > 1 || batch.purpose === 'type' || batch.purpose === 'note');
    this.ask(batch, outcome.changed_since.filter(({ entry }) => !isRepeated(entry)));
    this.again(batch, outcome.changed_since.filter(({ entry }) => isRepeated(entry)), tries);
    this.tell(batch, outcome);
  }

  private isOwn(entry: EntryView | null | undefined): boolean {
    return !!entry && entry.person === person() && entry.node === (status().value?.machine ?? '');
  }

  /** An edit whose answer was lost finds its own first try when it is sent again, and is done. One behind it finds the same, and is sent on top. */
  private again(batch: Batch, own: EditOutcome['changed_since'], tries: number): void {
    if (own.length === 0) return;
    void this.read();
    if (tries > 1) return;
    const edits = batch.edits.flatMap((edit) => {
      const entry = own.find(({ id }) => id === edit.id)?.entry;
      return entry ? [{ ...edit, only_if: entry.version || undefined }] : [];
    });
    this.queue.add(edits, batch.purpose);
  }

  private ask(batch: Batch, changed: EditOutcome['changed_since']): void {
    const asked = changed.flatMap(({ id, entry }) => {
      const value = batch.edits.find((edit) => edit.id === id)?.value;
      const row = this.rows.get(id);
      return row && value != null ? [{ row, entry: entry ?? null, value, purpose: batch.purpose }] : [];
    });
    if (asked.length === 0) return;
    this.asked = [...this.asked, ...asked];
    void this.read();
  }

  private tell(batch: Batch, outcome: EditOutcome): void {
    const number = (id: string) => this.numbers.get(id) || this.rows.get(id)?.label || id;
    const [question] = outcome.questions;
    const [refused] = outcome.refused;
    const [skipped] = outcome.skipped;
    const noted = outcome.changes.find((change) => change.noted)?.noted;
    if (question) say(t('said-question', { cell: number(question.id), text: question.text }), 'warn');
    else if (refused) say(wordsOf(refused.problem), 'bad');
    else if (skipped) say(wordsOf(skipped.problem), 'warn');
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

  undo(): void {
    const edits = this.history.undo();
    if (edits) this.send(edits, 'undo');
    this.tellUndo();
  }

  redo(): void {
    const edits = this.history.redo();
    if (edits) this.send(edits, 'redo');
    this.tellUndo();
  }

  private tellUndo(): void {
    this.canUndo = this.history.canUndo;
    this.canRedo = this.history.canRedo;
  }

  /** Answers the question whether to write over what somebody else has written since. */
  settleAsked(overwrite: boolean): void {
    const asked = this.asked;
    this.asked = [];
    if (!overwrite) return;
    this.send(asked.map(({ row, entry, value }) => ({ id: row.id, value, only_if: entry?.version || this.cells.get(row.id)?.version })), asked[0]?.purpose);
  }

  /** The sentence of that question. */
  askedSentence(): string {
    const [first] = this.asked;
    if (!first) return '';
    const facts = {
      person: first.entry?.person || t('somebody'), cell: first.row.number || first.row.label,
      time: first.entry ? clock(first.entry.time * 1000) : clock(Date.now()), now: first.entry?.written || t('empty-value'),
    };
    return first.value === '' ? t('asked-clear', facts) : t('asked-overwrite', { ...facts, value: first.value === 'kps' ? t('nothing-arose') : first.value });
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
