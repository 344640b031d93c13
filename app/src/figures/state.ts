import { wordsOf, type FigureCell, type FormRow, type Problem } from '../host/types';
import { unitInSentence } from './rows';
import { t } from '../words/index.svelte';

export type Box = 'plain' | 'missing' | 'here' | 'hub' | 'conflict' | 'invalid' | 'rule' | 'unsaved' | 'locked' | 'derived' | 'heading';
export type Icon = 'none' | 'disk' | 'cloud' | 'dashed' | 'alert' | 'warning' | 'split' | 'lock' | 'sigma' | 'ban' | 'moving';
export type Tone = 'q' | 'c-ok' | 'c-warn' | 'c-bad' | 'c-conf' | 'c-info';

/** A sentence with the numbers that people read in the place of ids. */
export function withNumbers(sentence: string, numbers: ReadonlyMap<string, string>): string {
  return sentence.replace(/[a-z][\w.-]*\w/g, (word) => numbers.get(word) || word);
}

/** A doubt as short as the state column has room for; the panel has the whole sentence. */
export function inShort(problem: Problem, numbers: ReadonlyMap<string, string>): string {
  const { part, whole, row, total, value } = problem.args ?? {};
  const above = (one: string, other: string) => t('state-above', { one: withNumbers(one, numbers), other: withNumbers(other, numbers) });
  if (problem.code === 'check-part-above-whole' && part && whole && whole !== 'none') return above(part, whole);
  if (problem.code === 'check-row-above-total' && row && total) return above(row, total);
  if (problem.code === 'check-below-zero' && value) return t('state-below-zero', { value });
  return wordsOf(problem);
}

/** How a cell is drawn: each state has a shape, words and a colour. */
export interface Drawn {
  box: Box;
  /** What stands in the cell. */
  text: string;
  /** A non-value or a wait: words, not a number. */
  words: boolean;
  warning: boolean;
  icon: Icon;
  tone: Tone;
  /** The sentence of the state column. */
  state: string;
}

/** An edit that the node has not written yet. */
export interface Pending { text: string; failing: boolean }

/** Draws a cell. The states combine in the design's order: conflict, invalid, rule, then where the value is. */
export function drawn(row: FormRow, cell: FigureCell | undefined, pending: Pending | undefined, hub: string, numbers: Map<string, string>): Drawn {
  const base: Drawn = { box: 'plain', text: cell?.written ?? '', words: false, warning: false, icon: 'none', tone: 'q', state: '' };
  if (row.kind === 'heading') return { ...base, box: 'heading', text: '' };
  if (pending) return unsaved(base, pending);
  if (!cell) return base;
  if (row.kind === 'others') return { ...base, box: 'locked', icon: row.formula ? 'sigma' : 'lock', state: t('state-others', { who: row.reporters.join(', ') || hub }) };
  if (row.kind === 'computed') return computed(base, row, cell, numbers);
  if (cell.entries.length > 1) return conflict(base, cell);
  if (cell.notes.length > 1) return { ...base, box: 'conflict', icon: 'split', tone: 'c-conf', state: t('state-notes') };
  if (cell.draft) {
    const state = cell.draft.readings.length > 0 ? t('state-two-readings') : t('state-invalid');
    return { ...base, box: 'invalid', text: cell.draft.text, icon: 'alert', tone: 'c-bad', state };
  }
  if (cell.misfit) return { ...base, box: 'invalid', text: cell.misfit, icon: 'alert', tone: 'c-bad', state: t('state-misfit') };
  return valued(base, cell, hub, numbers);
}

function unsaved(base: Drawn, pending: Pending): Drawn {
  const text = pending.text === 'kps' ? t('nothing-arose') : pending.text;
  const state = pending.failing ? t('state-unsaved') : t('state-saving');
  return { ...base, box: pending.failing ? 'unsaved' : 'plain', text, words: pending.text === 'kps', icon: 'moving', tone: pending.failing ? 'c-bad' : 'q', state };
}

function computed(base: Drawn, row: FormRow, cell: FigureCell, numbers: Map<string, string>): Drawn {
  const made: Drawn = { ...base, box: 'derived', icon: 'sigma', state: row.formula ? t('state-computed', { formula: row.formula }) : t('state-computed-plain') };
  if (cell.state === 'waiting') {
    const named = cell.waiting_for.map((id) => numbers.get(id) ?? id).slice(0, 3).join(', ');
    return { ...made, words: true, text: named ? t('waiting-for', { cells: named }) : t('waiting') };
  }
  // Its parts are others' as well: the whole stands in the consolidated report.
  if (cell.state === 'missing') return { ...made, box: 'locked' };
  const broken = cell.problems.find((problem) => problem.severity !== 'notice');
  if (broken) return { ...made, warning: true, state: inShort(broken, numbers), icon: 'warning', tone: 'c-warn' };
  return { ...made, words: cell.state !== 'value' };
}

function conflict(base: Drawn, cell: FigureCell): Drawn {
  const count = cell.entries.length;
  const text = count === 2 ? cell.entries.map((entry) => entry.written || t('empty-value')).join(` ${t('or')} `) : t('many-values', { count });
  return { ...base, box: 'conflict', text, icon: 'split', tone: 'c-conf', state: t('state-conflict', { count }) };
}

function valued(base: Drawn, cell: FigureCell, hub: string, numbers: ReadonlyMap<string, string>): Drawn {
  const closed = cell.locked ? wordsOf(cell.locked) : '';
  if (cell.state === 'missing') {
    if (closed) return { ...base, box: 'locked', icon: 'lock', state: closed };
    return { ...base, box: 'missing', icon: 'dashed', tone: 'c-warn', state: t('state-missing') };
  }
  const where: Drawn = cell.at_hub
    ? { ...base, box: 'hub', icon: 'cloud', tone: 'c-ok', state: t('state-hub', { hub }) }
    : { ...base, box: 'here', icon: 'disk', tone: 'c-warn', state: t('state-here') };
  const wrong = cell.problems.find((problem) => problem.severity === 'error');
  const warned = cell.problems.find((problem) => problem.severity !== 'error' && problem.severity !== 'notice');
  if (wrong) return { ...where, box: 'rule', icon: 'alert', tone: 'c-bad', state: inShort(wrong, numbers) };
  if (cell.state === 'not-applicable') return { ...where, words: true, text: t('not-applicable'), icon: 'ban', tone: 'q', state: cell.reason };
  if (cell.state === 'nothing-arose') return { ...where, words: true, text: t('nothing-arose') };
  if (warned) return { ...where, warning: true, icon: 'warning', tone: 'c-warn', state: inShort(warned, numbers) };
  return closed ? { ...where, icon: 'lock', tone: 'q', state: closed } : where;
}

/** The name of a cell for those who hear it: code, label, value with unit, state, last period. */
export function spokenName(row: FormRow, cell: FigureCell | undefined, look: Drawn): string {
  const value = look.box === 'missing' || look.text === '' ? '' : row.unit && !look.words ? `${look.text} ${unitInSentence(row.unit)}` : look.text;
  const conflict = cell && cell.entries.length > 1
    ? t('spoken-conflict', { values: cell.entries.map((entry) => t('spoken-value-of', { value: entry.written, person: entry.person })).join(', ') }) : '';
  const last = cell?.previous?.written ? t('spoken-last', { value: cell.previous.written }) : '';
  return [row.number, row.label, value, conflict || look.state, last].filter(Boolean).join(', ');
}
