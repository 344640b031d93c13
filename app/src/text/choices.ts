import type { Form, FormRow } from '../host/types';
import { folded } from '../figures/matching';

/** A cell that a text can show, and the sheet that it is on. */
export type Choice = FormRow & { where: string };

/** How many are listed. */
const MOST = 40;

/** The cells of the unit's own report that hold something: what it types, and what is computed from that alone. */
export function choicesOf(form: Form): Choice[] {
  const rows = form.appendices.flatMap((appendix) => appendix.rows.map((row) => ({ ...row, where: appendix.short })));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const own = (id: string, below: readonly string[] = []): boolean => {
    const row = byId.get(id);
    if (row?.kind === 'typed') return true;
    const parts = row?.parts ?? [];
    return row?.kind === 'computed' && !below.includes(id) && parts.length > 0 && parts.every((part) => own(part, [...below, id]));
  };
  return rows.filter((row) => own(row.id));
}

/** Those that a text names: by code, or by words without tones. */
export function named(choices: readonly Choice[], text: string): Choice[] {
  const wanted = folded(text).split(' ').filter(Boolean);
  const code = text.trim().replace(/\.$/, '');
  const hits = choices.filter((row) => {
    const words = folded(row.label).split(' ');
    return wanted.every((part) => words.some((word) => word.startsWith(part))) || (code !== '' && (row.number.startsWith(code) || row.id.startsWith(code)));
  });
  return hits.sort((left, right) => Number(right.number === code) - Number(left.number === code)).slice(0, MOST);
}
