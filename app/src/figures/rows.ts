import type { FigureCell, FormAppendix, FormRow } from '../host/types';
import { t } from '../words/index.svelte';

export type Filter = 'own' | 'all';
export type ColumnId = 'number' | 'label' | 'unit' | 'value' | 'previous' | 'before' | 'change' | 'spark' | 'state';

/** The rows of an appendix under a filter: all, or those this unit types, what stands above them, and what is computed from them. */
export function visibleRows(appendix: FormAppendix, filter: Filter, own: ReadonlySet<string>): FormRow[] {
  if (filter === 'all') return appendix.rows;
  const wanted = new Set<FormRow>();
  const above: FormRow[] = [];
  for (const row of appendix.rows) {
    while (above.length > 0 && above.at(-1)!.depth >= row.depth) above.pop();
    if (row.kind === 'typed') for (const one of [...above, row]) wanted.add(one);
    if (row.kind === 'computed' && row.parts?.some((id) => own.has(id))) wanted.add(row);
    above.push(row);
  }
  return appendix.rows.filter((row) => wanted.has(row));
}

/** The columns by the room there is. */
export function columnsOf(layout: string): ColumnId[] {
  if (layout === 'slim') return ['number', 'label', 'value', 'state'];
  if (layout === 'narrow') return ['number', 'label', 'unit', 'value', 'previous', 'state'];
  if (layout === 'wide') return ['number', 'label', 'unit', 'value', 'previous', 'before', 'change', 'spark', 'state'];
  return ['number', 'label', 'unit', 'value', 'previous', 'change', 'spark', 'state'];
}

export function isHeading(row: FormRow): boolean {
  return row.kind === 'heading';
}

/** Whether a person of this unit may type into a cell now. */
export function isEditable(row: FormRow, cell: FigureCell | undefined): boolean {
  return row.kind === 'typed' && !cell?.locked;
}

/** A unit within a sentence: small, except what is written in capitals, as `PAKN`. */
export function unitInSentence(unit: string): string {
  return unit.replace(/\p{L}+/gu, (word) => (word.length > 1 && word === word.toLocaleUpperCase('vi') ? word : word.toLocaleLowerCase('vi')));
}

/** Whether a written value is a number, so that its unit may stand after it. */
export function startsWithDigit(written: string): boolean {
  return /^\d/.test(written);
}

/** What a cell can be set to by choosing: the choices of the form, yes and no for a flag. */
export function choicesOf(row: FormRow): { code: string; label: string }[] {
  return row.value_type === 'flag' ? [{ code: '1', label: t('yes') }, { code: '0', label: t('no') }] : row.choices;
}
