import { wordsOf, type FigureCell, type FormAppendix, type FormRow } from '../host/types';
import { t } from '../words/index.svelte';
import type { Icon, Tone } from './state';

/** Something to be looked at, and the cell that it is at. */
export interface Trouble {
  id: string; number: string; appendix: string; kind: 'conflict' | 'invalid' | 'rule' | 'missing' | 'warning';
  text: string; hint: string; icon: Icon; tone: Tone;
}

const ORDER: Trouble['kind'][] = ['conflict', 'invalid', 'rule', 'missing', 'warning'];

/** Problems of an appendix, the gravest first. */
export function troublesOf(appendix: FormAppendix, cells: ReadonlyMap<string, FigureCell>): Trouble[] {
  const found = appendix.rows.flatMap((row) => {
    const cell = cells.get(row.id);
    return cell ? troubles(row, cell, appendix.id) : [];
  });
  return found.sort((left, right) => ORDER.indexOf(left.kind) - ORDER.indexOf(right.kind));
}

/** Problems that one sentence tells, with all the cells that it speaks of: a ratio above 100 % is told at its part, its whole and itself. */
export interface Told extends Trouble { cells: { id: string; number: string }[] }

/** The same problems, each sentence once. */
export function toldOnce(troubles: Trouble[]): Told[] {
  const told = new Map<string, Told>();
  for (const trouble of troubles) {
    const sentence = trouble.kind === 'warning' || trouble.kind === 'rule' ? trouble.text : `${trouble.id}/${trouble.text}`;
    const before = told.get(`${trouble.kind}/${sentence}`);
    const cell = { id: trouble.id, number: trouble.number };
    if (before) before.cells.push(cell);
    else told.set(`${trouble.kind}/${sentence}`, { ...trouble, cells: [cell] });
  }
  return [...told.values()];
}

/** Problems of the whole form in the order of its rows: the way F8 goes. */
export function troublesInOrder(appendices: FormAppendix[], cells: ReadonlyMap<string, FigureCell>): Trouble[] {
  const seen = new Set<string>();
  return appendices
    .flatMap((appendix) => appendix.rows.flatMap((row) => (cells.has(row.id) ? troubles(row, cells.get(row.id)!, appendix.id) : [])))
    .filter((trouble) => !seen.has(trouble.id) && seen.add(trouble.id));
}

function troubles(row: FormRow, cell: FigureCell, appendix: string): Trouble[] {
  const base = { id: row.id, number: row.number || row.label, appendix, hint: '' };
  const problems: Trouble[] = cell.problems
    .filter((problem) => problem.severity !== 'notice')
    .map((problem) => problem.severity === 'error'
      ? { ...base, kind: 'rule', text: wordsOf(problem), icon: 'alert', tone: 'c-bad' }
      : { ...base, kind: 'warning', text: wordsOf(problem), hint: cell.note ? t('explained', { note: cell.note }) : '', icon: 'warning', tone: 'c-warn' });
  if (row.kind !== 'typed' || cell.locked) return problems;
  if (cell.entries.length > 1) {
    const values = cell.entries.map((entry) => entry.written || t('empty-value')).join(` ${t('and')} `);
    return [{ ...base, kind: 'conflict', text: t('trouble-conflict', { count: cell.entries.length, values }), icon: 'split', tone: 'c-conf' }, ...problems];
  }
  if (cell.notes.length > 1) {
    const notes = cell.notes.map((entry) => `“${entry.written}”`).join(` ${t('and')} `);
    return [{ ...base, kind: 'conflict', text: t('trouble-notes', { notes }), icon: 'split', tone: 'c-conf' }, ...problems];
  }
  if (cell.draft) return [{ ...base, kind: 'invalid', text: wordsOf(cell.draft.problem), icon: 'alert', tone: 'c-bad' }];
  if (cell.misfit) return [{ ...base, kind: 'invalid', text: t('state-misfit'), icon: 'alert', tone: 'c-bad' }];
  if (cell.state === 'missing' && row.required) {
    const last = cell.previous?.written ? t('trouble-last', { value: cell.previous.written }) : '';
    return [{ ...base, kind: 'missing', text: t('trouble-missing'), hint: last, icon: 'dashed', tone: 'c-warn' }, ...problems];
  }
  return problems;
}

/** The next problem after a cell, in the order of the form; from the start again after the last. */
export function nextTrouble(all: Trouble[], order: string[], from: string | undefined, backward: boolean): { trouble: Trouble; at: number } | null {
  if (all.length === 0) return null;
  const here = from === undefined ? -1 : order.indexOf(from);
  const places = all.map((trouble) => order.indexOf(trouble.id));
  const at = backward ? places.findLastIndex((place) => place < here) : places.findIndex((place) => place > here);
  const chosen = at >= 0 ? at : backward ? all.length - 1 : 0;
  return { trouble: all[chosen]!, at: chosen + 1 };
}
