import type { CellEdit, EditOutcome } from '../host/types';

/** Edits that belong together: one transaction of the node, one step of undo. */
export interface Batch { number: number; edits: CellEdit[]; purpose: 'type' | 'undo' | 'redo' | 'note' }

export interface QueueHooks {
  send(edits: CellEdit[]): Promise<EditOutcome>;
  /** Whether an error says that the node could not be reached or could not write, so that the same may work later. */
  temporary(error: unknown): boolean;
  /** The node has written a batch, at which try. */
  settled(batch: Batch, outcome: EditOutcome, tries: number): void;
  refused(batch: Batch, error: unknown): void;
  /** Whether something waits, and whether it has failed to be written so far. */
  changed(batches: Batch[], failing: boolean): void;
  wait(ms: number): Promise<void>;
  keep(batches: Batch[]): void;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

/** Edits on their way to the node, in order, one transaction at a time. None leaves before the node has said that it is durable. */
export class EditQueue {
  private batches: Batch[];
  private count = 0;
  private running = false;
  private failing = false;
  private wake: (() => void) | null = null;

  constructor(private readonly hooks: QueueHooks, kept: Batch[] = []) {
    this.batches = kept.map((batch) => ({ ...batch, number: ++this.count }));
    if (this.batches.length > 0) void this.run();
  }

  get waiting(): readonly Batch[] {
    return this.batches;
  }

  add(edits: CellEdit[], purpose: Batch['purpose']): void {
    if (edits.length === 0) return;
    this.batches = [...this.batches, { number: ++this.count, edits, purpose }];
    this.told();
    void this.run();
  }

  /** Tries at once: the node is heard again. */
  retryNow(): void {
    this.wake?.();
  }

  private told(): void {
    this.hooks.keep(this.batches);
    this.hooks.changed(this.batches, this.failing);
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    let pause = FIRST_WAIT;
    let tries = 0;
    for (let batch = this.batches[0]; batch; batch = this.batches[0]) {
      tries++;
      try {
        const outcome = await this.hooks.send(batch.edits);
        pause = FIRST_WAIT;
        this.failing = false;
        this.carryVersions(batch, outcome);
        this.drop(batch);
        this.hooks.settled(batch, outcome, tries);
        tries = 0;
      } catch (error) {
        if (!this.hooks.temporary(error)) {
          this.drop(batch);
          this.hooks.refused(batch, error);
          tries = 0;
          continue;
        }
        this.failing = true;
        this.told();
        await Promise.race([this.hooks.wait(pause), new Promise<void>((resolve) => (this.wake = resolve))]);
        pause = Math.min(pause * 2, LONGEST_WAIT);
      }
    }
    this.running = false;
  }

  private drop(batch: Batch): void {
    this.batches = this.batches.filter((one) => one !== batch);
    this.told();
  }

  /** Edits that were made on top of this batch now stand on what it wrote, so they are not taken for edits of somebody else's value. */
  private carryVersions(batch: Batch, outcome: EditOutcome): void {
    const wrote = new Set(outcome.changes.map((change) => change.id));
    const versions = new Map(outcome.cells.filter((cell) => wrote.has(cell.id)).map((cell) => [cell.id, cell.version]));
    const before = new Map(batch.edits.map((edit) => [edit.id, edit.only_if]));
    this.batches = this.batches.map((later) =>
      later === batch ? later : {
        ...later,
        edits: later.edits.map((edit) =>
          versions.has(edit.id) && edit.only_if != null && edit.only_if === before.get(edit.id)
            ? { ...edit, only_if: versions.get(edit.id) } : edit),
      },
    );
  }
}
