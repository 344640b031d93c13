import { describe, expect, it } from 'vitest';
import type { FormRow, Problem } from '../host/types';
import { gathered, hindranceWords } from './hindrance';

const row = { id: 'pl4.2.1', number: '2.1', label: 'Số TTHC liên thông' } as FormRow;
const problem = (code: string) => ({ code, message: 'xem “hopluu conflicts KỲ”, nhập “kps”', detail: '' }) as Problem;

describe('what hinders a submission', () => {
  it('is said by the row that people read, without commands', () => {
    for (const code of ['submit-missing', 'submit-conflict', 'submit-note-conflict']) {
      const words = hindranceWords(problem(code), row);
      expect(words).toContain('2.1');
      expect(words).not.toMatch(/hopluu|kps/);
    }
  });

  it('is what the node says where the page has nothing better', () => {
    expect(hindranceWords(problem('submit-missing'), undefined)).toContain('kps');
    expect(hindranceWords(problem('another'), row)).toContain('kps');
  });
});

describe('cells without a figure', () => {
  const missing = (id: string) => ({ ...problem('submit-missing'), place: { indicator: id } }) as Problem;
  const known = (id: string) => id !== 'gone';

  it('are told as one list when they are many, and nothing else is', () => {
    const conflict = { ...problem('submit-conflict'), place: { indicator: 'd' } } as Problem;
    const { single, missing: list } = gathered([missing('a'), conflict, missing('b'), missing('gone'), missing('c')], known);
    expect(list.map((one) => one.place?.indicator)).toEqual(['a', 'b', 'c']);
    expect(single.map((one) => one.place?.indicator)).toEqual(['d', 'gone']);
  });

  it('are told one by one when they are few', () => {
    const both = [missing('a'), missing('b')];
    expect(gathered(both, known)).toEqual({ single: both, missing: [] });
  });
});
