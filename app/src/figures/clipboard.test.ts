// @vitest-environment happy-dom
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromClipboard, fromHtml, fromTsv, toHtml, toTsv, withoutMarks } from './clipboard';

const cellText = fc.string({ unit: fc.constantFrom('a', '1', ',', '.', '"', '\t', '\n', ' ', 'ế'), maxLength: 8 }).map((text) => text.trim());
const tables = fc.integer({ min: 1, max: 4 }).chain((width) => fc.array(fc.array(cellText, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }));

describe('the clipboard as text', () => {
  it('gives back what was copied', () => {
    fc.assert(fc.property(tables, (table) => {
      const trailing = table.at(-1)!.every((text) => text === '') && table[0]!.length === 1;
      fc.pre(!trailing);
      expect(fromTsv(toTsv(table))).toEqual(table);
    }));
  });

  it('keeps a quote that nothing closes', () => {
    expect(fromTsv('"a\tb\n5" ống\t1')).toEqual([['"a', 'b'], ['5" ống', '1']]);
  });
});

describe('the clipboard as HTML', () => {
  const excel = (decimal: string, thousand: string, cells: string[]) => `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style><!--table
    {mso-displayed-decimal-separator:"\\${decimal}"; mso-displayed-thousand-separator:"\\${thousand}";}--></style></head>
    <body><table>${cells.map((cell) => `<tr><td>${cell}</td></tr>`).join('')}</table></body></html>`;

  it('reads numbers by the marks that Excel names', () => {
    expect(fromHtml(excel('.', ',', ['30,162', '17.11%', '1,304.5', '30,162 triệu', '01', '3.1.1']))).toEqual([['30162'], ['17,11%'], ['1304,5'], ['30,162 triệu'], ['01'], ['3.1.1']]);
    expect(fromHtml(excel(',', '.', ['30.162', '17,11%', '5,161']))).toEqual([['30162'], ['17,11%'], ['5,161']]);
  });

  it('reads every number the same in both countries’ marks', () => {
    fc.assert(fc.property(fc.nat({ max: 999_999_999 }), fc.option(fc.integer({ min: 1, max: 99 })), (whole, part) => {
      const grouped = (mark: string) => String(whole).replace(/\B(?=(\d{3})+$)/g, mark);
      const wanted = `${whole}${part === null ? '' : `,${part}`}`;
      expect(withoutMarks(`${grouped(',')}${part === null ? '' : `.${part}`}`, { thousand: ',', decimal: '.' })).toBe(wanted);
      expect(withoutMarks(`${grouped('.')}${part === null ? '' : `,${part}`}`, { thousand: '.', decimal: ',' })).toBe(wanted);
      expect(withoutMarks(`${grouped(' ')}${part === null ? '' : `,${part}`}`, { thousand: ' ', decimal: ',' })).toBe(wanted);
    }));
  });

  it('reads the number that LibreOffice puts beside the text', () => {
    expect(fromHtml('<table><tr><td sdval="30162.5" sdnum="1033;">30,162.50</td><td sdval="0.1711">17.11%</td><td>x</td></tr></table>')).toEqual([['30162,5', '17.11%', 'x']]);
  });

  it('falls back to text', () => {
    expect(fromClipboard('1\t2', '<b>1 2</b>')).toEqual([['1', '2']]);
  });

  it('escapes what it copies', () => {
    expect(fromHtml(toHtml([['<b>&', '2']]))).toEqual([['<b>&', '2']]);
  });
});
