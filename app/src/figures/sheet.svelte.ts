import { wordsOf, type CellEdit, type FormAppendix, type FormRow, type Problem } from '../host/types';
import { announce, say } from '../frame/messages.svelte';
import { go, note as noteAddress } from '../frame/router.svelte';
import { nextRegion } from '../frame/regions';
import { watchWork } from '../frame/unsaved.svelte';
import { t } from '../words/index.svelte';
import { fromClipboard, plainText, toHtml, toTsv } from './clipboard';
import { command, typedText, type Command, type KeyPress, type Mode } from './keys';
import type { Figures } from './model.svelte';
import { Pasting } from './pasting.svelte';
import { nextTrouble } from './problems';
import { choicesOf, isEditable, isHeading, visibleRows, type ColumnId, type Filter } from './rows';
import { all, at, bounds, clamped, moved, selectedRows, type Board, type Move, type Selection, type Spot } from './selection';

/** What a person saw when a cell was opened: an edit stands on that, and is none when nothing else was typed. */
interface Opened { versions: Map<string, string | undefined>; text: string; settled: boolean }

interface Chosen { anchor: { row: number; column: ColumnId }; active: { row: number; column: ColumnId } }

export type Popover = 'none' | 'choice' | 'menu';

/** What a person does at the grid: where the selection is, what is being typed, which appendix is open. */
export class Sheet {
  appendixId = $state('');
  filter = $state<Filter>('own');
  mode = $state<Mode>('navigate');
  /** What the input holds while one edits. */
  text = $state('');
  popover = $state<Popover>('none');
  /** The note that is being written: its cell, and the version that its writer saw. */
  note = $state.raw<{ id: string; version: string | undefined } | null>(null);
  noteText = $state('');
  /** Whether the grid is scrolled, so that a small window hides the toolbar. */
  scrolled = $state(false);
  /** The one input that lies over the active cell; the grid that is on the screen sets it. */
  input: HTMLInputElement | undefined;
  /** Rows that a page of the grid holds. */
  pageSize = 10;
  readonly pasting: Pasting;
  /** Columns are kept by name: another text size shows others. */
  private opened: Opened | null = null;
  private chosen = $state.raw<Chosen>({ anchor: { row: 0, column: 'value' }, active: { row: 0, column: 'value' } });

  readonly appendix = $derived.by<FormAppendix>(() => this.figures.form.appendices.find((one) => one.id === this.appendixId) ?? this.figures.form.appendices[0]!);
  readonly visible = $derived.by<FormRow[]>(() => visibleRows(this.appendix, this.filter, this.figures.own));
  readonly valueColumn = $derived.by(() => this.columns().indexOf('value'));
  readonly board = $derived.by<Board>(() => ({
    rows: this.visible.length,
    columns: this.columns().length,
    heading: (row) => isHeading(this.visible[row]!),
    editable: (row) => this.editable(this.visible[row]!),
    empty: ({ row, column }) => plainText(this.visible[row]!, this.figures.cells.get(this.visible[row]!.id), this.columns()[column]!) === '',
    valueColumn: this.valueColumn,
  }));
  readonly selection = $derived.by<Selection>(() => {
    const spot = ({ row, column }: Chosen['active']): Spot => ({ row, column: Math.max(0, this.columns().includes(column) ? this.columns().indexOf(column) : this.valueColumn) });
    const selection = { anchor: spot(this.chosen.anchor), active: spot(this.chosen.active) };
    return this.visible.length === 0 ? selection : clamped(selection, this.board);
  });
  readonly row = $derived.by<FormRow | undefined>(() => this.visible[this.selection.active.row]);
  readonly cell = $derived.by(() => (this.row ? this.figures.cells.get(this.row.id) : undefined));
  readonly onValue = $derived.by(() => this.columns()[this.selection.active.column] === 'value');
  readonly range = $derived.by(() => bounds(this.selection));
  readonly several = $derived.by(() => this.range.top !== this.range.bottom || this.range.left !== this.range.right);
  readonly rangeRows = $derived.by(() => selectedRows(this.selection, this.board).map((index) => this.visible[index]!));

  /** Begins at an address, else at the first cell that this unit types. */
  constructor(readonly figures: Figures, readonly columns: () => ColumnId[], [appendix, cell]: string[] = []) {
    this.pasting = new Pasting(figures);
    watchWork(() => this.mode !== 'navigate' || this.note !== null || this.pasting.open);
    const own = figures.form.appendices.find((appendix) => appendix.rows.some((row) => row.kind === 'typed'));
    const asked = figures.form.appendices.find((one) => one.id === appendix);
    this.open((asked ?? own ?? figures.form.appendices[0])?.id ?? '', asked ? cell : undefined);
  }

  focusInput(): void {
    this.input?.focus({ preventScroll: true });
  }

  editable(row: FormRow): boolean {
    return !this.figures.locked && isEditable(row, this.figures.cells.get(row.id));
  }

  /** Opens an appendix, at a cell or at its first one that can be typed into. */
  open(appendixId: string, cellId?: string): void {
    this.appendixId = appendixId;
    const appendix = this.appendix;
    const shown = visibleRows(appendix, this.filter, this.figures.own);
    if (shown.length === 0 || (cellId && !shown.some((row) => row.id === cellId))) this.filter = 'all';
    const rows = visibleRows(appendix, this.filter, this.figures.own);
    const wanted = cellId ? rows.findIndex((row) => row.id === cellId) : rows.findIndex((row) => this.editable(row));
    this.select({ row: Math.max(0, wanted), column: Math.max(0, this.valueColumn) });
  }

  /** Shows other rows, with the same cell selected. */
  show(filter: Filter): void {
    const id = this.row?.id;
    const column = this.selection.active.column;
    this.filter = filter;
    const row = this.visible.findIndex((one) => one.id === id);
    this.select({ row: Math.max(0, row), column });
  }

  select(spot: Spot, extend = false): void {
    this.choose(extend ? { anchor: this.selection.anchor, active: spot } : at(spot));
    this.popover = 'none';
    this.remember();
  }

  private choose({ anchor, active }: Selection): void {
    const named = ({ row, column }: Spot) => ({ row, column: this.columns()[column] ?? 'value' });
    this.chosen = { anchor: named(anchor), active: named(active) };
  }

  private remember(): void {
    if (this.row) noteAddress(this.figures.period, 'figures', this.appendix.id, this.row.id);
  }

  /** A key press; whether it was one of the grid's. */
  press(event: KeyPress): boolean {
    const asked = command(event, this.mode);
    if (!asked) return false;
    if (event.key === 'Enter' && !event.shiftKey && this.mode === 'navigate' && this.undecided()) this.openChoice();
    else this.carryOut(asked);
    return true;
  }

  carryOut(asked: Command): void {
    if ('commit' in asked && asked.commit) this.commit();
    switch (asked.do) {
      case 'move': return this.move(asked.move, asked.extend);
      case 'edit-in-place': return this.editInPlace();
      case 'toggle-caret': this.mode = this.mode === 'typing' ? 'in-place' : 'typing'; return;
      case 'cancel': return this.cancel();
      case 'clear': return this.clear();
      case 'commit-stay': return this.commitToRange();
      case 'select-all': return this.choose(all(this.board));
      case 'fill-down': return this.fillDown();
      case 'undo': return this.figures.undo();
      case 'redo': return this.figures.redo();
      case 'open-choice': return this.openChoice();
      case 'history': return this.history();
      case 'note': return this.openNote();
      case 'menu': this.popover = 'menu'; return;
      case 'problem': return this.toProblem(asked.backward);
      case 'appendix': return this.turn(asked.backward);
      case 'region': return nextRegion(asked.backward);
    }
  }

  private move(move: Move, extend: boolean): void {
    this.choose(moved(this.selection, this.board, move, extend, this.pageSize));
    this.popover = 'none';
    this.remember();
  }

  /** Whether the active cell holds two values or two readings of a text: Enter opens the choice. */
  private undecided(): boolean {
    return this.onValue && ((this.cell?.entries.length ?? 0) > 1 || (this.cell?.notes.length ?? 0) > 1 || (this.cell?.draft?.readings.length ?? 0) > 0);
  }

  openChoice(): void {
    if (this.row && this.onValue && this.editable(this.row) && (choicesOf(this.row).length > 0 || this.undecided())) this.popover = 'choice';
  }

  /** Whether a cell takes what is typed; says why not. */
  takesTyping(): boolean {
    if (this.row && this.onValue && this.editable(this.row)) return true;
    this.sayWhyNot();
    return false;
  }

  private sayWhyNot(): void {
    const row = this.row;
    if (!row) return;
    if (!this.onValue) say(t('why-not-column'), 'warn');
    else if (row.kind === 'computed') say(t('why-not-computed', { formula: row.formula ?? '' }), 'warn');
    else if (row.kind === 'others') say(t('why-not-others', { who: row.reporters.join(', ') }), 'warn');
    else say(wordsOfLock(this.cell?.locked ?? this.figures.locked), 'warn');
  }

  /** The first letter came: it replaces what the cell holds. */
  beginTyping(text: string): void {
    this.lookAtCells();
    this.mode = 'typing';
    this.text = text;
    this.popover = 'none';
  }

  editInPlace(): void {
    if (!this.takesTyping()) return;
    if (this.undecided()) return this.openChoice();
    this.lookAtCells();
    this.mode = 'in-place';
    this.text = this.shown();
  }

  /** Remembers what is seen now: a colleague's value may come while the field is open. */
  private lookAtCells(): void {
    const ids = [...this.rangeRows, ...(this.row ? [this.row] : [])].map((row) => row.id);
    const settled = !this.cell?.draft && (this.cell?.entries.length ?? 0) < 2;
    this.opened = { versions: new Map(ids.map((id) => [id, this.figures.cells.get(id)?.version])), text: this.shown(), settled };
  }

  /** What the active cell shows as text to be edited: what waits comes before what the node said last. */
  private shown(): string {
    const waiting = this.row && this.figures.pending.get(this.row.id);
    return waiting?.text ?? this.cell?.draft?.text ?? this.cell?.editable ?? '';
  }

  /** Drops the edit; in an invalid cell brings the last good value back; else ends the range. */
  private cancel(): void {
    if (this.mode !== 'navigate') this.endEdit();
    else if (this.popover !== 'none') this.popover = 'none';
    else if (this.several) this.choose(at(this.selection.active));
    else if (this.row && this.cell?.draft) this.figures.send([{ id: this.row.id, drop_draft: true }]);
  }

  private endEdit(): void {
    this.mode = 'navigate';
    this.text = '';
    this.opened = null;
  }

  /** Sends what was typed into the active cell. */
  commit(): void {
    if (this.mode === 'navigate') return;
    const text = typedText(this.text);
    const row = this.row;
    const opened = this.opened;
    this.endEdit();
    if (!row || (opened?.settled && text === opened.text)) return;
    this.figures.send([{ id: row.id, value: text, only_if: opened?.versions.get(row.id) }]);
  }

  /** Ctrl Enter: the same text in every selected cell. */
  private commitToRange(): void {
    if (this.mode === 'navigate') return;
    const text = typedText(this.text);
    const versions = this.opened?.versions;
    this.endEdit();
    this.writeAll(text, versions);
  }

  private writeAll(value: string, versions?: Opened['versions']): void {
    const rows = this.rangeRows.filter((row) => this.editable(row));
    const passed = this.rangeRows.length - rows.length;
    if (rows.length === 0) return this.sayWhyNot();
    this.figures.send(rows.map((row) => ({ id: row.id, value, only_if: versions?.get(row.id) })));
    if (passed > 0) say(t('said-skipped', { count: passed }));
  }

  clear(): void {
    this.writeAll('');
  }

  nothingArose(): void {
    this.endEdit();
    this.writeAll('kps');
    this.focusInput();
  }

  write(value: string): void {
    this.popover = 'none';
    if (this.row) this.figures.send([{ id: this.row.id, value }], (this.cell?.entries.length ?? 0) > 1 ? 'choose' : 'type');
    this.focusInput();
  }

  /** Opens the note of the active cell. It is read once: what comes later does not touch what is being written. */
  openNote(): void {
    if (!this.row) return;
    this.noteText = this.cell?.note ?? '';
    this.note = { id: this.row.id, version: this.cell?.version };
  }

  saveNote(): void {
    const { note, noteText } = this;
    this.note = null;
    this.popover = 'none';
    if (note) this.figures.send([{ id: note.id, note: noteText.trim(), only_if: note.version }], 'note');
    this.focusInput();
  }

  /** Chooses one of the notes that stand at the active cell. */
  chooseNote(note: string): void {
    this.popover = 'none';
    if (this.row) this.figures.send([{ id: this.row.id, note }], 'note');
    this.focusInput();
  }

  /** Repeats the first value of the range in the cells below it that stand under the same heading. */
  fillDown(to = this.range.bottom): void {
    const { top } = this.range;
    const source = this.visible[top];
    const value = source && this.valueOf(source);
    if (!source || !value || to <= top) return say(t('said-nothing-to-fill'), 'warn');
    const edits: CellEdit[] = [];
    let passed = 0;
    for (const row of this.visible.slice(top + 1, to + 1)) {
      if (isHeading(row)) break;
      if (this.editable(row) && (this.figures.cells.get(row.id)?.entries.length ?? 0) < 2 && (this.figures.cells.get(row.id)?.notes.length ?? 0) < 2) edits.push({ id: row.id, value });
      else passed++;
    }
    this.figures.send(edits);
    if (passed > 0) say(t('said-skipped', { count: passed }));
  }

  /** What a cell holds, to be repeated elsewhere: what waits comes first; several values are none. */
  private valueOf(row: FormRow): string | undefined {
    const waiting = this.figures.pending.get(row.id);
    if (waiting) return waiting.text;
    const entries = this.figures.cells.get(row.id)?.entries ?? [];
    return entries.length === 1 ? entries[0]!.typed : undefined;
  }

  /** The selected cells as text and as HTML. */
  copied(): { text: string; html: string } {
    const { left, right } = this.range;
    const table = this.rangeRows.map((row) => this.columns().slice(left, right + 1).map((column) => plainText(row, this.figures.cells.get(row.id), column, this.figures.pending.get(row.id)?.text)));
    return { text: toTsv(table), html: toHtml(table) };
  }

  paste(text: string, html: string): void {
    const below = this.visible.slice(this.selection.active.row).filter((row) => this.editable(row));
    const range = this.rangeRows.filter((row) => this.editable(row));
    const table = fromClipboard(text, html);
    const computedToo = this.visible.slice(this.selection.active.row).filter((row) => !isHeading(row));
    if (below.length === 0) return this.sayWhyNot();
    void this.pasting.begin(table, { rows: this.appendix.rows, below: this.filter === 'own' ? below : range.length > 0 ? below : computedToo, selected: range });
  }

  history(): void {
    if (this.row) go(this.figures.period, 'history', this.row.id);
  }

  toProblem(backward: boolean): void {
    const order = [...this.figures.rows.keys()];
    const next = nextTrouble(this.figures.troubles, order, this.row?.id, backward);
    if (!next) return say(t('said-no-problems'));
    this.goTo(next.trouble.id);
    announce(t('said-problem', { at: next.at, of: this.figures.troubles.length, text: `${next.trouble.number} ${next.trouble.text}` }));
  }

  goTo(id: string): void {
    const appendix = this.figures.appendixOf.get(id);
    if (appendix) this.open(appendix.id, id);
    this.focusInput();
  }

  turn(backward: boolean): void {
    const list = this.figures.form.appendices;
    const index = list.indexOf(this.appendix) + (backward ? -1 : 1);
    const next = list[index];
    if (next) this.open(next.id);
  }
}

function wordsOfLock(problem: Problem | null | undefined): string {
  return problem ? wordsOf(problem) : '';
}

const sheets = new Map<Figures, Sheet>();

/** The sheet of a period's figures; the same as long as the page lives, so that one comes back to the same cell. */
export function sheetOf(figures: Figures, columns: () => ColumnId[], address: string[]): Sheet {
  let found = sheets.get(figures);
  if (!found) {
    let made!: Sheet;
    $effect.root(() => {
      made = new Sheet(figures, columns, address);
    });
    sheets.set(figures, (found = made));
  }
  return found;
}
