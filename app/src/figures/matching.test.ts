import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FormRow } from '../host/types';
import { folded, matchPaste, type Place } from './matching';

function row(number: string, label: string, kind: FormRow['kind'] = 'typed'): FormRow {
  return { id: `id-${number || label}`, number, label, depth: 0, unit: 'Hồ sơ', kind, value_type: 'count', places: 0, choices: [], formula: null, rules: [], reporters: [], required: true, copies_last: false };
}

const rows = [row('3', 'Kết quả', 'heading'), row('3.1', 'Tỷ lệ đúng hạn', 'computed'), row('3.1.1', 'Tổng số hồ sơ đã giải quyết'), row('3.1.2', 'Số hồ sơ đúng hạn'), row('3.2', 'Số phiếu'), row('3.3', 'Số cuộc họp')];
const place: Place = { rows, below: rows.filter((one) => one.kind === 'typed'), selected: [] };
const ids = (table: string[][], where = place) => matchPaste(table, where).landings.map(({ id, text }) => `${id}=${text}`);

describe('matching a paste', () => {
  it('goes by code in any order, never by position', () => {
    fc.assert(fc.property(fc.shuffledSubarray(rows.slice(2), { minLength: 1 }), (lines) => {
      const table = lines.map((one, at) => [`${one.number}.`, one.label, 'Hồ sơ', String(100 + at)]);
      const matched = matchPaste(table, place);
      expect(matched.by).toBe('number');
      expect(matched.landings).toEqual(lines.map((one, at) => ({ id: one.id, text: String(100 + at) })));
    }));
  });

  it('goes by label without tones when there is no code', () => {
    expect(ids([['SO PHIEU', '5'], ['Tổng số  hồ sơ đã giải quyết', '9'], ['Không có', '1']])).toEqual(['id-3.2=5', 'id-3.1.1=9']);
    expect(matchPaste([['Số phiếu', '5'], ['Lạ', '1']], place).lost).toEqual(['Lạ · 1']);
  });

  it('goes down the cells that can be typed into for a single column', () => {
    expect(ids([['1'], [''], ['3']])).toEqual(['id-3.1.1=1', 'id-3.2=3']);
    expect(matchPaste([['1'], ['2'], ['3'], ['4'], ['5']], place).lost).toEqual(['5']);
  });

  it('does not take a column of counts for codes', () => {
    const numbered = { ...place, rows: [row('1', 'Một'), row('2', 'Hai')], below: [row('1', 'Một'), row('2', 'Hai')] };
    expect(matchPaste([['2', '7'], ['1', '8']], numbered).by).toBe('position');
    expect(ids([['2', 'Hai', '7'], ['1', 'Một', '8']], numbered)).toEqual(['id-2=7', 'id-1=8']);
  });

  it('fills a selection with one text', () => {
    expect(ids([['7']], { ...place, selected: rows.slice(2, 4) })).toEqual(['id-3.1.1=7', 'id-3.1.2=7']);
    expect(ids([['7']])).toEqual(['id-3.1.1=7']);
  });

  it('never puts two texts into one cell nor loses a line without telling', () => {
    const words = fc.constantFrom('3.1.1', '3.2', '99', 'Số phiếu', '12', '', 'x');
    fc.assert(fc.property(fc.array(fc.array(words, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 }), (table) => {
      const { landings, lost, by } = matchPaste(table, place);
      if (by === 'position') expect(new Set(landings.map(({ id }) => id)).size).toBe(landings.length);
      expect(landings.length + lost.length).toBeLessThanOrEqual(table.length);
      for (const { text } of landings) expect(table.flat()).toContain(text);
    }));
  });

  it('folds the two ways to write tones', () => {
    expect(folded('HÒA')).toBe(folded('HOÀ'));
    expect(folded('Đề án')).toBe('de an');
  });
});
