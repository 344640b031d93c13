import { describe, expect, it } from 'vitest';
import { toldOnce, type Trouble } from './problems';

const trouble = (id: string, kind: Trouble['kind'], text: string): Trouble => ({ id, number: id, appendix: 'pl4', kind, text, hint: '', icon: 'warning', tone: 'c-warn' });

describe('a list of problems', () => {
  it('says a doubt once, with every cell that it speaks of', () => {
    const above = '3.2.2 lớn hơn 3.2.1';
    const told = toldOnce([trouble('3.2', 'warning', above), trouble('1.1', 'missing', 'chưa báo cáo'), trouble('3.2.1', 'warning', above), trouble('3.2.2', 'warning', above)]);
    expect(told.map((one) => one.cells.map((cell) => cell.number))).toEqual([['3.2', '3.2.1', '3.2.2'], ['1.1']]);
  });

  it('keeps apart what is to be done cell by cell', () => {
    const told = toldOnce([trouble('1.1', 'missing', 'chưa báo cáo'), trouble('1.2', 'missing', 'chưa báo cáo'), trouble('1.3', 'rule', 'x'), trouble('1.4', 'warning', 'x')]);
    expect(told.map((one) => one.cells.length)).toEqual([1, 1, 1, 1]);
  });
});
