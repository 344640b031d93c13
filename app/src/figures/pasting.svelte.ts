import { api } from '../host/api';
import type { CellEdit, EditOutcome, FormRow, NumberReading, Problem } from '../host/types';
import { say } from '../frame/messages.svelte';
import { t } from '../words/index.svelte';
import { matchPaste, type Matched, type Place } from './matching';
import type { Figures } from './model.svelte';

/** One text of the clipboard in the preview. */
export interface PasteLine {
  row: FormRow; text: string;
  /** The version of the cell when its value was looked at for the preview. */
  version: string | undefined;
  kind: 'plain' | 'question' | 'refused' | 'skipped' | 'changed';
  result: string; readings: NumberReading[]; problem: Problem | null; agrees: boolean | null;
  /** Which reading was chosen; -1 to leave the text out, null before a choice. */
  choice: number | null;
}

/** A paste that waits for a person's answers. Nothing changes before the button. */
export class Pasting {
  lines = $state<PasteLine[]>([]);
  lost = $state.raw<string[]>([]);
  open = $state(false);
  sameForAll = $state(true);
  readonly chosen = $derived.by(() => this.lines.filter((line) => line.kind === 'plain' || (line.choice !== null && line.choice >= 0)));
  readonly leftOut = $derived.by(() => this.lines.length - this.chosen.length + this.lost.length);

  constructor(private readonly figures: Figures) {}

  /** Pastes what is plain at once; else opens the preview. */
  async begin(table: string[][], place: Place): Promise<void> {
    const matched = matchPaste(table, place);
    if (matched.landings.length === 0) return say(t('paste-nothing'), 'warn');
    const edits = matched.landings.map(({ id, text }): CellEdit => ({ id, value: text }));
    const versions = new Map(edits.map(({ id }) => [id, this.figures.cells.get(id)?.version]));
    let planned: EditOutcome;
    try {
      planned = await api.edit(this.figures.period, '', { edits, dry_run: true });
    } catch (error) {
      return say(t('paste-unreachable', { why: (error as Error).message }), 'bad');
    }
    if (plain(planned, matched)) return this.figures.send(edits.map((edit) => ({ ...edit, only_if: versions.get(edit.id) })));
    this.show(matched, planned, versions);
  }

  private show(matched: Matched, planned: EditOutcome, versions: Map<string, string | undefined>): void {
    this.lines = matched.landings.map((landing) => this.line(landing.id, landing.text, planned, versions.get(landing.id)));
    this.lines.sort((left, right) => rank(left) - rank(right));
    this.lost = matched.lost;
    this.open = true;
  }

  private line(id: string, text: string, planned: EditOutcome, version: string | undefined): PasteLine {
    const row = this.figures.rows.get(id)!;
    const base: PasteLine = { row, text, version, kind: 'plain', result: this.figures.cells.get(id)?.written ?? '', readings: [], problem: null, agrees: null, choice: null };
    const change = planned.changes.find((one) => one.id === id);
    if (change) return { ...base, result: change.after, problem: change.noted ?? null };
    const question = planned.questions.find((one) => one.id === id);
    if (question) {
      const argued = question.readings.findIndex((reading) => reading.argument !== '');
      return { ...base, kind: 'question', readings: question.readings, choice: argued >= 0 ? argued : null };
    }
    const refused = planned.refused.find((one) => one.id === id);
    if (refused) return { ...base, kind: 'refused', problem: refused.problem };
    const skipped = planned.skipped.find((one) => one.id === id);
    if (skipped) return { ...base, kind: 'skipped', problem: skipped.problem, agrees: skipped.agrees ?? null, result: skipped.here };
    return base;
  }

  /** Chooses a reading; of all questions of the same kind, when asked so. */
  choose(line: PasteLine, choice: number): void {
    line.choice = choice;
    if (!this.sameForAll || choice < 0) return;
    for (const other of this.lines) if (other.kind === 'question' && sameQuestion(line, other)) other.choice = choice;
  }

  finish(): void {
    const edits = this.chosen.map((line): CellEdit => ({ id: line.row.id, value: line.choice === null ? line.text : line.readings[line.choice]!.typed, only_if: line.version }));
    const count = this.leftOut;
    this.close();
    this.figures.send(edits);
    if (count > 0) say(t('paste-left-out', { count }));
  }

  close(): void {
    this.open = false;
    this.lines = [];
  }
}

function plain(planned: EditOutcome, matched: Matched): boolean {
  const skippedWell = planned.skipped.every((one) => one.agrees === true);
  return planned.questions.length === 0 && planned.refused.length === 0 && skippedWell && matched.lost.length === 0 && !matched.chosenColumn;
}

function rank(line: PasteLine): number {
  return ['question', 'refused', 'changed', 'skipped', 'plain'].indexOf(line.kind);
}

/** Two questions are of one kind when both are about the same mark: `30,162` and `5,161`. */
function sameQuestion(left: PasteLine, right: PasteLine): boolean {
  const kind = (text: string) => text.replace(/\d+/g, '0');
  return left.readings.length === right.readings.length && kind(left.text) === kind(right.text);
}
