import type { CellEdit, CellSince, EditOutcome, EntryView, FigureCell } from '../host/types';
import type { Batch } from './queue';

/** An edit of a cell that somebody else changed since it was read. It waits for a person's answer. */
export interface Asked { batch: string; edit: CellEdit; entry: EntryView | null; version: string | undefined; purpose: Batch['purpose'] }

/** What is to be done with edits that met another version of their cell. */
export interface Met { ask: Asked[]; again: CellEdit[] }

/**
 * Parts edits that met another version. Where only the note is another, a value is sent on; once, and on the version that was found.
 * All others are asked about, with everything that was typed.
 */
export function met(batch: Batch, outcome: EditOutcome, sameValue: (edit: CellEdit, found: CellSince) => boolean): Met {
  const found: Met = { ask: [], again: [] };
  for (const since of outcome.changed_since) {
    const edit = batch.edits.findLast(({ id }) => id === since.id);
    if (!edit || (edit.value == null && edit.note == null)) continue;
    if (!batch.again && edit.note == null && since.version && sameValue(edit, since)) found.again.push({ ...edit, only_if: since.version });
    else found.ask.push({ batch: batch.id, edit, entry: since.entry ?? null, version: since.version, purpose: batch.purpose });
  }
  return found;
}

/** Questions without those that are asked already: a page that was closed between two steps asks again. */
export function addAsked(asked: Asked[], more: Asked[]): Asked[] {
  const known = new Set(asked.map((one) => `${one.batch}/${one.edit.id}`));
  return [...asked, ...more.filter((one) => !known.has(`${one.batch}/${one.edit.id}`))];
}

/** The versions that this page knows of: which value each stood for, and which one its own edits made of it. */
export class Versions {
  private readonly values = new Map<string, string>();
  private readonly next = new Map<string, string>();

  /** Notes what a version of a cell stands for. */
  saw(cell: FigureCell): void {
    this.values.set(`${cell.id}/${cell.version}`, valueOf(cell));
  }

  /** Notes that this page's own edit made a version out of another. */
  wrote(edits: CellEdit[], cells: FigureCell[]): void {
    for (const { id, only_if } of edits) {
      const version = cells.find((cell) => cell.id === id)?.version;
      if (only_if != null && version !== undefined && version !== only_if) this.next.set(`${id}/${only_if}`, version);
    }
  }

  /** The version that an edit stands on, once this page's own edits since then are counted in. */
  standing(id: string, version: string | null | undefined): string | undefined {
    let at = version ?? undefined;
    for (const seen = new Set<string>(); at !== undefined && !seen.has(at); ) {
      seen.add(at);
      at = this.next.get(`${id}/${at}`) ?? at;
    }
    return at;
  }

  /** Whether a cell's latest value is the one that an edit was made on. */
  sameValue(edit: CellEdit, since: CellSince): boolean {
    const value = this.values.get(`${edit.id}/${edit.only_if}`);
    return value !== undefined && value !== '' && value === since.entry?.version;
  }
}

/** Names what stands in a cell: the change that wrote it. */
function valueOf(cell: FigureCell): string {
  return cell.entries.length === 1 ? (cell.entries[0]!.version ?? '') : '';
}
