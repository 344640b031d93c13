import { folded } from '../figures/matching';
import type { Form } from '../host/types';
import { fullNumbers } from '../text/numbers';
import type { Screen } from './router.svelte';

export interface Found { screen: Screen; rest: string[]; number: string; words: string; where: string }

/** How many results are shown. */
const MOST = 40;

/** Indicators, sections and screens that a text names, by code or by words without tones. */
export function found(text: string, form: Form | undefined, screens: { screen: Screen; words: string }[]): Found[] {
  const wanted = folded(text).split(' ').filter(Boolean);
  const code = text.trim().replace(/\.$/, '');
  const all: Found[] = [
    ...screens.map(({ screen, words }) => ({ screen, rest: [], number: '', words, where: '' })),
    ...(form?.appendices ?? []).flatMap((appendix) =>
      appendix.rows.filter((row) => row.kind !== 'heading').map((row) => ({
        screen: 'figures' as const, rest: [appendix.id, row.id], number: row.number, words: row.label, where: appendix.short,
      }))),
    ...(form?.sections ?? []).map((section) => ({ screen: 'text' as const, rest: [section.id], number: fullNumbers(form?.sections ?? []).get(section.id) ?? '', words: section.title, where: '' })),
  ];
  if (wanted.length === 0) return all.slice(0, 8);
  const named = (one: Found) => {
    const words = folded(one.words).split(' ');
    return wanted.every((part) => words.some((word) => word.startsWith(part)));
  };
  const hits = all.filter((one) => named(one) || (code !== '' && one.number.startsWith(code)));
  return hits.sort((left, right) => Number(right.number === code) - Number(left.number === code)).slice(0, MOST);
}
