import type { FormRow, Problem } from '../host/types';
import { wordsOf } from '../host/types';
import { withNumbers } from '../figures/state';
import { t } from '../words/index.svelte';

/** What hinders a submission, in the words of this page: the node's own name commands. */
export function hindranceWords(problem: Problem, row: FormRow | undefined, numbers: ReadonlyMap<string, string> = new Map()): string {
  if (problem.code === 'submit-text-conflict') return t('submit-text-torn', { title: problem.args?.title ?? '', count: Number(problem.args?.count ?? 1) });
  if (!row) return withNumbers(wordsOf(problem), numbers);
  const place = row.number ? t('submit-row', { number: row.number, label: row.label }) : row.label;
  switch (problem.code) {
    case 'submit-missing': return t('submit-row-missing', { place });
    case 'submit-conflict': return t('submit-row-conflict', { place });
    case 'submit-note-conflict': return t('submit-row-notes', { place });
    default: return withNumbers(wordsOf(problem), numbers);
  }
}

/** Fewest cells without a figure that are told as one list. */
const MANY = 3;

/** What hinders, with the many cells that only lack a figure gathered: one sentence says what to do about all of them. */
export function gathered(problems: Problem[], known: (id: string) => boolean): { single: Problem[]; missing: Problem[] } {
  const lacks = ({ code, place }: Problem) => code === 'submit-missing' && !!place?.indicator && known(place.indicator);
  const missing = problems.filter(lacks);
  return missing.length < MANY ? { single: problems, missing: [] } : { single: problems.filter((one) => !lacks(one)), missing };
}
