import type { CellChange, CellEdit, FigureCell } from '../host/types';

/** One action of a person: what it changed, as it can be typed again. */
export interface Action { changes: Pick<CellChange, 'id' | 'before' | 'before_typed' | 'after_typed'>[] }

export const STEPS = 200;

/** What a person did in this window, to be undone by new changes; the document is never rewound. */
export class Undo {
  private done: Action[] = [];
  private undone: Action[] = [];
  /** The version of each cell after this person's last write: another one means that somebody else changed it. */
  private readonly own = new Map<string, string>();

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  /** Keeps an action that the node has written. */
  record(changes: Action['changes']): void {
    if (changes.length === 0) return;
    this.done = [...this.done, { changes }].slice(-STEPS);
    this.undone = [];
  }

  /** Keeps the versions that this person's write left. */
  wrote(changed: string[], cells: FigureCell[]): void {
    const ids = new Set(changed);
    for (const cell of cells) if (ids.has(cell.id)) this.own.set(cell.id, cell.version);
  }

  /**
   * The edits that undo the last action, or `null`. A choice among several values is not undone: what stood there cannot be typed.
   * It is passed by, and the next undo is of the action before it.
   */
  undo(): CellEdit[] | 'choice' | null {
    const action = this.done.at(-1);
    if (!action) return null;
    this.done = this.done.slice(0, -1);
    if (action.changes.some((change) => change.before !== '' && change.before_typed === '')) return 'choice';
    this.undone = [...this.undone, action];
    return action.changes.map((change) => this.edit(change.id, change.before_typed));
  }

  redo(): CellEdit[] | null {
    const action = this.undone.at(-1);
    if (!action) return null;
    this.undone = this.undone.slice(0, -1);
    this.done = [...this.done, action].slice(-STEPS);
    return action.changes.map((change) => this.edit(change.id, change.after_typed));
  }

  private edit(id: string, value: string): CellEdit {
    return { id, value, only_if: this.own.get(id) };
  }
}
