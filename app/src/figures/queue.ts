import type { CellEdit, EditOutcome, FigureCell } from '../host/types';

export type Purpose = 'type' | 'choose' | 'undo' | 'redo' | 'note';

/** Edits that belong together: one transaction of the node, one step of undo. */
export interface Batch {
  number: number;
  /** Names the batch at the node, which writes it once however often it is sent. */
  id: string;
  edits: CellEdit[];
  purpose: Purpose;
  /** It was sent before on another version of its cells, and is not sent on again. */
  again?: boolean;
}

export interface QueueHooks {
  send(edits: CellEdit[], id: string): Promise<EditOutcome>;
  /** Whether an error says that the node could not be reached or could not write, so that the same may work later. */
  temporary(error: unknown): boolean;
  /** The node has written a batch. It still waits while this is told, so that nothing of it is ever kept nowhere. */
  settled(batch: Batch, outcome: EditOutcome): void;
  refused(batch: Batch, error: unknown): void;
  /** Whether a cell that a repetition found is as this batch left it. */
  asLeft(batch: Batch, cell: FigureCell): boolean;
  /** Whether something waits, and whether it has failed to be written so far. */
  changed(batches: Batch[], failing: boolean): void;
  wait(ms: number): Promise<void>;
  keep(batches: Batch[]): void;
  /** Something of the page failed: the browser's storage, a view. What waits is sent all the same. */
  broke(error: unknown): void;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

export function newName(): string {
  return crypto.randomUUID();
}

/** Edits on their way to the node, in order, one transaction at a time. None leaves before the node has said that it is durable. */
export class EditQueue {
  private batches: Batch[];
  private count = 0;
  private running = false;
  private failing = false;
  private wake: (() => void) | null = null;

  constructor(private readonly hooks: QueueHooks, kept: Batch[] = []) {
    this.batches = kept.map((batch) => ({ ...batch, id: batch.id ?? newName(), number: ++this.count }));
    // Names that were given just now are kept before they are used.
    if (this.batches.length > 0) this.try(() => this.hooks.keep(this.batches));
    if (this.batches.length > 0) void this.run();
  }

  get waiting(): readonly Batch[] {
    return this.batches;
  }

  add(edits: CellEdit[], purpose: Purpose, more: Pick<Partial<Batch>, 'id' | 'again'> = {}): void {
    if (edits.length === 0) return;
    this.batches = [...this.batches, { ...more, number: ++this.count, id: more.id ?? newName(), edits, purpose }];
    this.told();
    void this.run();
  }

  /** Takes the last batch back when it was never sent. The first one is on its way, and may be written already. */
  takeBack(): Batch | null {
    const last = this.batches.at(-1);
    if (!last || this.batches.length < 2) return null;
    this.batches = this.batches.slice(0, -1);
    this.told();
    return last;
  }

  /** Tries at once: the node is heard again. */
  retryNow(): void {
    this.wake?.();
  }

  private told(): void {
    this.try(() => this.hooks.keep(this.batches));
    this.try(() => this.hooks.changed(this.batches, this.failing));
  }

  /** A failure of the page is told, and stops nothing. */
  private try(what: () => void): void {
    try {
      what();
    } catch (error) {
      try {
        this.hooks.broke(error);
      } catch {
        // What tells of failures fails itself: the edits are still to be sent.
      }
    }
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      for (let batch = this.batches[0]; batch; batch = this.batches[0]) await this.sendUntilAnswered(batch);
    } finally {
      this.running = false;
    }
  }

  private async sendUntilAnswered(batch: Batch): Promise<void> {
    for (let pause = FIRST_WAIT; ; pause = Math.min(pause * 2, LONGEST_WAIT)) {
      let outcome: EditOutcome;
      try {
        outcome = await this.hooks.send(batch.edits, batch.id);
      } catch (error) {
        if (this.hooks.temporary(error)) {
          this.failing = true;
          this.told();
          await Promise.race([this.hooks.wait(pause), new Promise<void>((resolve) => (this.wake = resolve))]);
          continue;
        }
        this.try(() => this.hooks.refused(batch, error));
        return this.drop(batch);
      }
      this.failing = false;
      this.carryVersions(batch, outcome);
      this.try(() => this.hooks.settled(batch, outcome));
      return this.drop(batch);
    }
  }

  private drop(batch: Batch): void {
    this.batches = this.batches.filter((one) => one.number !== batch.number);
    this.told();
  }

  /** Edits that were made on top of this batch now stand on what it wrote, so they are not taken for edits of somebody else's value. */
  private carryVersions(batch: Batch, outcome: EditOutcome): void {
    const wrote = written(batch, outcome, (cell) => this.hooks.asLeft(batch, cell));
    const versions = new Map(wrote.map((cell) => [cell.id, cell.version]));
    const before = new Map(batch.edits.map((edit) => [edit.id, edit.only_if]));
    this.batches = this.batches.map((later) =>
      later.number === batch.number ? later : {
        ...later,
        edits: later.edits.map((edit) =>
          versions.has(edit.id) && edit.only_if != null && edit.only_if === before.get(edit.id)
            ? { ...edit, only_if: versions.get(edit.id) } : edit),
      },
    );
  }
}

/** The cells that a batch wrote, as it left them. After a repetition somebody else may have written since. */
export function written(batch: Batch, outcome: EditOutcome, asLeft: (cell: FigureCell) => boolean): FigureCell[] {
  const ids = new Set(outcome.repeated ? batch.edits.map((edit) => edit.id) : outcome.changes.map((change) => change.id));
  const notes = new Set(batch.edits.filter((edit) => edit.note != null).map((edit) => edit.id));
  const left = new Set(outcome.changed_since.map(({ id }) => id));
  return outcome.cells.filter((cell) => !left.has(cell.id) && (ids.has(cell.id) || notes.has(cell.id)) && (!outcome.repeated || asLeft(cell)));
}
