import { describe, expect, it } from 'vitest';
import type { FormRow, Problem } from '../host/types';
import { hindranceWords } from './hindrance';

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
