import type { FormRow } from '../host/types';

/** A text of the clipboard and the cell that it goes to. */
export interface Landing { id: string; text: string }
export interface Matched {
  by: 'number' | 'label' | 'position';
  landings: Landing[];
  /** Lines that found no cell, as they are on the clipboard. */
  lost: string[];
  /** Whether something of the table was left out by choosing a column. */
  chosenColumn: boolean;
}

export interface Place {
  /** All rows of the appendix, and those below the active one that can be typed into. */
  rows: FormRow[];
  below: FormRow[];
  selected: FormRow[];
}

/** Letters without tone, case and marks, for comparing labels of files that people retyped. */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/[̀-ͯ]/g, '').replace(/đ/gi, 'd').toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim();
}

function bareNumber(text: string): string {
  return text.trim().replace(/\.$/, '');
}

/** Finds the cells for a pasted table: by code, else by label, else downwards from the active cell. */
export function matchPaste(table: string[][], place: Place): Matched {
  const lines = table.filter((line) => line.some((text) => text !== ''));
  if (lines.length === 1 && lines[0]!.length === 1) {
    const targets = place.selected.length > 0 ? place.selected : place.below.slice(0, 1);
    return { by: 'position', landings: targets.map((row) => ({ id: row.id, text: lines[0]![0]! })), lost: [], chosenColumn: false };
  }
  return byColumn(lines, place, 'number') ?? byColumn(lines, place, 'label') ?? byPosition(table, place);
}

/** Matches by a column of codes or labels, when there is one: most of its texts name rows, each once. */
function byColumn(lines: string[][], { rows }: Place, by: 'number' | 'label'): Matched | null {
  const width = Math.max(...lines.map((line) => line.length));
  if (width < 2) return null;
  const key = by === 'number' ? bareNumber : folded;
  const known = new Map<string, FormRow[]>();
  for (const row of rows) {
    const name = key(by === 'number' ? row.number : row.label);
    if (name) known.set(name, [...(known.get(name) ?? []), row]);
  }
  for (let column = 0; column < width - 1; column++) {
    const found = lines.map((line) => known.get(key(line[column] ?? '')));
    const hits = found.filter(Boolean).length;
    const named = lines.filter((line) => line[column]).length;
    if (hits === 0 || hits * 2 < named || (by === 'number' && !looksLikeCodes(lines, column, rows, known))) continue;
    return landed(lines, found, column, by, width);
  }
  return null;
}

/** A column `1, 2, 3` may be figures as well as codes: it is codes when a label or a dotted code speaks for it. */
function looksLikeCodes(lines: string[][], column: number, rows: FormRow[], known: Map<string, FormRow[]>): boolean {
  if (lines.some((line) => /\d\.\d/.test(line[column] ?? '') && known.has(bareNumber(line[column]!)))) return true;
  const labels = new Set(rows.map((row) => folded(row.label)));
  return lines.some((line) => line.some((text, at) => at !== column && labels.has(folded(text))));
}

function landed(lines: string[][], found: (FormRow[] | undefined)[], column: number, by: 'number' | 'label', width: number): Matched {
  const value = valueColumn(lines, found, column, width);
  const landings: Landing[] = [];
  const lost: string[] = [];
  lines.forEach((line, at) => {
    const candidates = found[at] ?? [];
    const labels = line.map(folded);
    const row = candidates.length > 1 ? candidates.find((one) => labels.includes(folded(one.label))) : candidates[0];
    const text = line[value] ?? '';
    if (!row) lost.push(line.filter(Boolean).join(' · '));
    else if (text !== '' && row.kind !== 'heading') landings.push({ id: row.id, text });
  });
  return { by, landings, lost, chosenColumn: false };
}

/** The column of figures: the first after the names whose texts are neither the rows' labels nor their units. */
function valueColumn(lines: string[][], found: (FormRow[] | undefined)[], column: number, width: number): number {
  for (let at = column + 1; at < width; at++) {
    let figures = 0;
    let names = 0;
    lines.forEach((line, index) => {
      const text = line[at] ?? '';
      if (text === '' || !found[index]) return;
      const words = found[index]!.flatMap((row) => [folded(row.label), folded(row.unit)]);
      if (words.includes(folded(text)) || !/\d|^[-–]$|không|kps/i.test(text)) names++;
      else figures++;
    });
    if (figures > names) return at;
  }
  return Math.min(column + 1, width - 1);
}

function byPosition(table: string[][], { below }: Place): Matched {
  const landings: Landing[] = [];
  const lost: string[] = [];
  table.forEach((line, at) => {
    const row = below[at];
    if (row && line[0]) landings.push({ id: row.id, text: line[0] });
    else if (!row && line[0]) lost.push(line[0]);
  });
  return { by: 'position', landings, lost, chosenColumn: table.some((line) => line.length > 1) };
}
