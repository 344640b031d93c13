import type { TextFigure, TextSplice } from '../host/types';
import type { KeptDraft } from './rebase';

/** The letter that stands for a figure in the node's texts; which cell it shows comes beside the text. */
const OBJECT = '\ufffc';

/**
 * On the page each cell has a letter of its own, of those that Unicode leaves to private use: words that move, are undone or are done again
 * after others' words then take their figures along, whatever is done with them. It is one letter and one UTF-16 unit, as U+FFFC is,
 * so places are the same.
 */
const FIRST = 0xe000;
const LAST = 0xefff;
const OURS = /[\ue000-\uefff]/g;

/** What a letter stands for: a cell, U+FFFC without one, or a letter of private use that was in a text already. */
type Meaning = { cell: string | null } | { itself: string };

const meanings: Meaning[] = [];
const letters = new Map<string, string>();

function letterFor(key: string, meaning: Meaning): string {
  let letter = letters.get(key);
  if (letter === undefined) {
    // More than a form has cells. Beyond, a figure is a letter that nothing is shown for.
    if (FIRST + meanings.length > LAST) return letters.get('none') ?? String.fromCharCode(LAST);
    letter = String.fromCharCode(FIRST + meanings.length);
    meanings.push(meaning);
    letters.set(key, letter);
  }
  return letter;
}

letterFor('none', { cell: null });

/** The letter of a cell. */
export const letterOf = (cell: string | null): string => (cell === null ? letters.get('none')! : letterFor(`cell ${cell}`, { cell }));

/** The cell of a letter; `undefined` when it is none of the page's letters for figures. */
export function cellOf(letter: string): string | null | undefined {
  const meaning = meanings[letter.charCodeAt(0) - FIRST];
  return meaning && 'cell' in meaning ? meaning.cell : undefined;
}

export const hasFigures = (text: string): boolean => [...(text.match(OURS) ?? [])].some((letter) => cellOf(letter) !== undefined);

/** A text in pieces: each of the page's own letters is one. */
export const parted = (text: string): string[] => text.split(/([\ue000-\uefff])/).filter(Boolean);

/** What comes from elsewhere holds no figures, and no letters that would be taken for some. */
export const withoutFigures = (text: string): string => text.replaceAll(OBJECT, '').replace(OURS, '');

/** A text of the page for people: each figure as what is read in its place. */
export function inWords(text: string, say: (cell: string) => string): string {
  return text.replace(OURS, (letter) => {
    const meaning = meanings[letter.charCodeAt(0) - FIRST];
    if (!meaning) return letter;
    return 'itself' in meaning ? meaning.itself : meaning.cell === null ? '' : say(meaning.cell);
  });
}

/** A text of the node as the page has it. */
export function toPage(text: string, figures: readonly (string | null)[] = []): string {
  let next = 0;
  return text.replace(/[\ue000-\uefff\ufffc]/g, (letter) => (letter === OBJECT ? letterOf(figures[next++] ?? null) : letterFor(`itself ${letter}`, { itself: letter })));
}

/** A text of the page as the node has it, and the cells of its figures. */
export function toNode(text: string): { text: string; figures: (string | null)[] } {
  const figures: (string | null)[] = [];
  const written = text.replace(OURS, (letter) => {
    const meaning = meanings[letter.charCodeAt(0) - FIRST];
    if (!meaning) return letter;
    if ('itself' in meaning) return meaning.itself;
    figures.push(meaning.cell);
    return OBJECT;
  });
  return { text: written, figures };
}

export const cellsOf = (figures: readonly TextFigure[] | undefined): (string | null)[] => (figures ?? []).map((figure) => figure.cell ?? null);

const spliceToPage = ({ at, removed, inserted, figures }: TextSplice): TextSplice => ({ at, removed, inserted: toPage(inserted, figures) });

function spliceToNode({ at, removed, inserted }: TextSplice): TextSplice {
  const { text, figures } = toNode(inserted);
  return { at, removed, inserted: text, ...(figures.length > 0 ? { figures } : {}) };
}

/** What of the node's answers holds texts. */
interface Told {
  text: string; figures?: TextFigure[]; splices?: TextSplice[];
  conflicts?: { merged: string; figures?: TextFigure[]; variants: { written: string; figures?: TextFigure[] }[] }[];
}

/** An answer of the node with its texts as the page has them. */
export function answerToPage<T extends Told>(told: T): T {
  return {
    ...told,
    text: toPage(told.text, cellsOf(told.figures)),
    ...(told.splices ? { splices: told.splices.map(spliceToPage) } : {}),
    ...(told.conflicts ? { conflicts: told.conflicts.map(conflictToPage) } : {}),
  };
}

/** A paragraph in conflict with its texts as the page has them. */
export function conflictToPage<T extends NonNullable<Told['conflicts']>[number]>(conflict: T): T {
  const variants = conflict.variants.map((one) => ({ ...one, written: toPage(one.written, cellsOf(one.figures)) }));
  return { ...conflict, merged: toPage(conflict.merged, cellsOf(conflict.figures)), variants };
}

/** An edit of the page as the node takes it. */
export const editToNode = <T extends { splices: TextSplice[] }>(edit: T): T => ({ ...edit, splices: edit.splices.map(spliceToNode) });

/** What is kept of a draft names cells: another page has other letters. */
export type StoredDraft = KeptDraft & { figures?: (string | null)[] };

export function toStored(kept: KeptDraft): StoredDraft {
  const base = toNode(kept.base);
  return {
    ...kept,
    base: base.text,
    ...(base.figures.length > 0 ? { figures: base.figures } : {}),
    sent: kept.sent && editToNode(kept.sent),
    behind: kept.behind.map(spliceToNode),
  };
}

export function fromStored({ figures, ...kept }: StoredDraft): KeptDraft {
  return {
    ...kept,
    base: toPage(kept.base, figures),
    sent: kept.sent && { ...kept.sent, splices: kept.sent.splices.map(spliceToPage) },
    behind: kept.behind.map(spliceToPage),
  };
}
