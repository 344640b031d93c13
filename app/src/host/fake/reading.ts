import type { FormRow, NumberReading, Problem } from '../types';

export type Read =
  | { value: string }                                // canonical decimal, choice code, `kps` or `kad: …`
  | { question: NumberReading[]; problem: Problem }
  | { problem: Problem };

export const problem = (code: string, message: string, severity: Problem['severity'] = 'error'): Problem => ({ code, message, severity, detail: '' });

/** `1304.5` as people write it: `1.304,5`. */
export function written(value: string, row: FormRow): string {
  if (value === '') return '';
  if (value === 'kps') return 'Không phát sinh';
  if (value.startsWith('kad:')) return value.slice(4).trim();
  if (row.value_type === 'flag') return value === '1' ? 'có' : 'không';
  if (row.value_type === 'choice') return row.choices.find((one) => one.code === value)?.label ?? value;
  const places = row.value_type === 'percent' ? Math.max(row.places, (value.split('.')[1] ?? '').length) : (value.split('.')[1] ?? '').length;
  return new Intl.NumberFormat('vi', { minimumFractionDigits: places, maximumFractionDigits: 9 }).format(Number(value));
}

/** Reads what was typed, as the node does for the cases that the tests need. */
export function readTyped(text: string, row: FormRow): Read {
  const typed = text.trim().normalize('NFC');
  const low = typed.toLowerCase();
  if (typed === '') return { value: '' };
  if (['-', '–', 'kps', 'không phát sinh'].includes(low)) return { value: 'kps' };
  if (/^(kad|không thuộc thẩm quyền): *\S/.test(low)) return { value: `kad: ${typed.slice(typed.indexOf(':') + 1).trim()}` };
  if (['không', 'không có'].includes(low)) {
    return {
      question: [{ typed: '0', written: '0', argument: '' }, { typed: 'kps', written: 'Không phát sinh', argument: '' }],
      problem: problem('number-none', `“${typed}” là số 0 hay Không phát sinh?`),
    };
  }
  if (row.value_type === 'flag') return ['0', '1'].includes(typed) ? { value: typed } : { problem: problem('value-not-a-flag', `“${typed}” không phải là câu trả lời có hoặc không.`) };
  if (row.choices.length > 0) {
    const found = row.choices.find((one) => one.code === typed || one.label.toLowerCase() === low);
    return found ? { value: found.code } : { problem: problem('value-not-a-choice', `“${typed}” không có trong các lựa chọn của ô này.`) };
  }
  const bare = typed.replace(/[\s  ]/g, '').replace(/%$/, '');
  if (/^\d{1,3}(\.\d{3})+$|^\d+$/.test(bare)) return { value: String(Number(bare.replaceAll('.', ''))) };
  if (/^\d{1,3},\d{3}$/.test(bare)) {
    const whole = bare.replace(',', '');
    if (row.value_type === 'count') return { value: whole };
    const parted = bare.replace(',', '.');
    return {
      question: [
        { typed: whole, written: written(whole, row), argument: '' }, { typed: bare, written: written(parted, row), argument: '' },
      ],
      problem: problem('number-ambiguous', `“${typed}” hiểu được theo hai cách: ${written(whole, row)} hoặc ${written(parted, row)}. Chọn một.`),
    };
  }
  if (/^(\d{1,3}(\.\d{3})*|\d+),\d+$/.test(bare)) {
    if (row.value_type === 'count') return { problem: problem('value-too-many-decimals', `Ô này cần số nguyên; “${typed}” có phần thập phân.`) };
    return { value: bare.replaceAll('.', '').replace(',', '.') };
  }
  return { problem: problem('not-a-number', `“${typed}” không phải là số. Kỳ này không có thì nhấn K để ghi Không phát sinh.`) };
}
