import { describe, expect, it } from 'vitest';
import type { Problem } from '../host/types';
import { inShort, withNumbers } from './state';

const numbers = new Map([['pl4.3.2.1', '3.2.1'], ['pl4.3.2.2', '3.2.2'], ['pl4.3.2', '3.2'], ['fact', '']]);

describe('a sentence about cells', () => {
  it('names them by the numbers of the form', () => {
    expect(withNumbers('Số thành phần lớn hơn số tổng: pl4.3.2.2 (320) lớn hơn pl4.3.2.1 (318).', numbers)).toBe('Số thành phần lớn hơn số tổng: 3.2.2 (320) lớn hơn 3.2.1 (318).');
    expect(withNumbers('pl4.3.2 - pl4.3.2.1, pl9.1, fact', numbers)).toBe('3.2 - 3.2.1, pl9.1, fact');
  });

  it('is short where the state column has little room', () => {
    const problem = (code: string, args: Record<string, string>) => ({ code, args, message: 'Một câu dài về pl4.3.2.2.', detail: '' }) as unknown as Problem;
    expect(inShort(problem('check-part-above-whole', { part: 'pl4.3.2.2 (320)', whole: 'pl4.3.2.1 (318)' }), numbers)).toBe('3.2.2 (320) lớn hơn 3.2.1 (318)');
    expect(inShort(problem('check-row-above-total', { row: 'pl4.3.2.1', total: 'pl4.3.2' }), numbers)).toBe('3.2.1 lớn hơn 3.2');
    expect(inShort(problem('check-part-above-whole', { part: '3', whole: 'none' }), numbers)).toBe('Một câu dài về pl4.3.2.2.');
  });
});
