import { describe, expect, it } from 'vitest';
import type { FormAppendix, FormRow } from '../host/types';
import { visibleRows } from './rows';
import { titlesOf } from './titles';

const row = (id: string, depth: number, kind: FormRow['kind'], parts: string[] = []): FormRow =>
  ({ id, number: id, label: id, depth, unit: '', kind, value_type: 'count', places: 0, choices: [], parts, rules: [], reporters: [], required: true, copies_last: false });
const appendix = (id: string, title: string, rows: FormRow[] = []): FormAppendix => ({ id, title, short: id, rows });

describe('the rows of a unit', () => {
  it('are what it types, what stands above, and what is computed from it', () => {
    const rows = [row('1', 0, 'heading'), row('1.1', 1, 'others'), row('2', 0, 'heading'), row('2.1', 1, 'computed', ['2.1.1']), row('2.1.1', 2, 'typed'), row('3', 0, 'computed', ['1.1']), row('4', 0, 'computed', ['2.1.1', '1.1'])];
    expect(visibleRows(appendix('a', 'A', rows), 'own', new Set(['2.1.1'])).map((one) => one.id)).toEqual(['2', '2.1', '2.1.1', '4']);
    expect(visibleRows(appendix('a', 'A', rows), 'all', new Set())).toBe(rows);
  });
});

describe('titles', () => {
  it('leave out what most begin with, and nothing else', () => {
    const titles = titlesOf([appendix('a', 'Biểu mẫu thống kê cải cách thể chế'), appendix('b', 'Biểu mẫu thống kê cải cách bộ máy'), appendix('c', 'Biểu mẫu thống kê chính quyền số'), appendix('d', 'Khác')]);
    expect([...titles.values()]).toEqual(['Thể chế', 'Bộ máy', 'Chính quyền số', 'Khác']);
    expect([...titlesOf([appendix('a', 'Một'), appendix('b', 'Một')]).values()]).toEqual(['Một', 'Một']);
  });
});
