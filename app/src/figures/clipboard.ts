import type { FigureCell, FormRow } from '../host/types';
import type { ColumnId } from './rows';

/** What a cell gives to the clipboard as text: numbers as Vietnamese Excel reads them, without thousands marks. */
export function plainText(row: FormRow, cell: FigureCell | undefined, column: ColumnId, waiting?: string): string {
  switch (column) {
    case 'number': return row.number;
    case 'label': return row.label;
    case 'unit': return row.unit;
    case 'value': return waiting !== undefined ? waiting : cell ? valueText(cell.number, cell.entries.length > 1 ? cell.entries.map((entry) => entry.written).join(' / ') : cell.written) : '';
    case 'previous': return valueText(cell?.previous?.number, cell?.previous?.written ?? '');
    case 'before': return valueText(cell?.earlier[1]?.number, cell?.earlier[1]?.written ?? '');
    case 'change': return cell?.change ?? '';
    default: return '';
  }
}

function valueText(number: string | null | undefined, written: string): string {
  return number == null || / \/ /.test(written) ? written : number.replace('.', ',');
}

/** A table as tab-separated text, quoted where a cell has a tab, a line or a quote. */
export function toTsv(table: string[][]): string {
  const quoted = (text: string) => (/[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return table.map((line) => line.map(quoted).join('\t')).join('\r\n');
}

/** A table as HTML, for Word. */
export function toHtml(table: string[][]): string {
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const lines = table.map((line) => `<tr>${line.map((text) => `<td>${escaped(text)}</td>`).join('')}</tr>`);
  return `<table border="1">${lines.join('')}</table>`;
}

/** Reads tab-separated text. */
export function fromTsv(text: string): string[][] {
  const table: string[][] = [[]];
  let cell = '';
  let quoted = false;
  const source = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  const endCell = () => {
    table.at(-1)!.push(cell.trim());
    cell = '';
  };
  for (let at = 0; at < source.length; at++) {
    const letter = source[at]!;
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (source[at + 1] === '"') cell += source[++at];
      else quoted = false;
    } else if (letter === '"' && cell === '' && closes(source, at)) quoted = true;
    else if (letter === '\t') endCell();
    else if (letter === '\n') {
      endCell();
      table.push([]);
    } else cell += letter;
  }
  endCell();
  return table;
}

/** Whether a quote at the start of a cell is closed at the end of one: `"a` alone is a text with a quote. */
function closes(source: string, from: number): boolean {
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] !== '"') continue;
    if (source[at + 1] === '"') at++;
    else return at + 1 === source.length || source[at + 1] === '\t' || source[at + 1] === '\n';
  }
  return false;
}

/** Reads a table that a spreadsheet put on the clipboard, or `null`. Numbers are read by the marks that it names for itself. */
export function fromHtml(html: string): string[][] | null {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const lines = [...page.querySelectorAll('table tr')];
  if (lines.length === 0) return null;
  const marks = excelMarks(html);
  return lines.map((line) =>
    [...line.querySelectorAll('td, th')].flatMap((cell) => {
      const text = (cell.textContent ?? '').replace(/[\s ]+/g, ' ').trim();
      const exact = cell.getAttribute('sdval') ?? cell.getAttribute('x:num');
      const read = exact && /^-?\d+(\.\d+)?$/.test(exact) && /\d/.test(text) && !text.includes('%')
        ? exact.replace('.', ',')
        : marks ? withoutMarks(text, marks) : text;
      return [read, ...Array<string>(Math.max(0, Number(cell.getAttribute('colspan') ?? 1) - 1)).fill('')];
    }),
  );
}

interface Marks { thousand: string; decimal: string }

/** The separators that Excel writes into its HTML: `mso-displayed-decimal-separator:"\."`. */
function excelMarks(html: string): Marks | null {
  const named = (name: string) => html.match(new RegExp(`mso-displayed-${name}-separator:\\s*"\\\\?(.)"`))?.[1];
  const [decimal, thousand] = [named('decimal'), named('thousand')];
  return decimal && thousand && decimal !== thousand ? { decimal, thousand } : null;
}

/** A number written with those marks, as `1304,5`; other text as it is. */
export function withoutMarks(text: string, { thousand, decimal }: Marks): string {
  const blank = (mark: string) => (/\s/.test(mark) ? '[\\s\\u00a0\\u202f]' : `\\${mark}`);
  const grouped = new RegExp(`^(-?)(\\d{1,3}(?:${blank(thousand)}\\d{3})+|\\d+)(?:${blank(decimal)}(\\d+))?(\\s?%)?$`);
  const found = text.match(grouped);
  if (!found) return text;
  const whole = found[2]!.replace(/\D/g, '');
  return `${found[1]}${whole}${found[3] ? `,${found[3]}` : ''}${found[4] ? '%' : ''}`;
}

/** A table from what is on the clipboard: HTML when a spreadsheet made it, since it names the number; else text. */
export function fromClipboard(text: string, html: string): string[][] {
  const table = html ? fromHtml(html) : null;
  return table ?? fromTsv(text);
}
