import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellEdit, EditOutcome, FigureCell } from '../host/types';
import { EditQueue, type Batch } from './queue';
import { Undo } from './undo';

/** A node with cells that have versions, whose answers may be lost before or after it has written. */
class ModelNode {
  readonly values = new Map<string, string>();
  readonly versions = new Map<string, number>();
  writes: string[] = [];
  faults: ('before' | 'after' | 'none')[] = [];

  version(id: string): string {
    return `v${this.versions.get(id) ?? 0}`;
  }

  write(id: string, value: string): void {
    this.values.set(id, value);
    this.versions.set(id, (this.versions.get(id) ?? 0) + 1);
  }

  async send(edits: CellEdit[]): Promise<EditOutcome> {
    const fault = this.faults.shift() ?? 'none';
    if (fault === 'before') throw new Error('dead');
    const outcome: EditOutcome = { revision: 0, changes: [], unchanged: [], questions: [], refused: [], skipped: [], changed_since: [], cells: [] };
    for (const { id, value: typed, only_if } of edits) {
      const value = typed ?? '';
      if (only_if != null && only_if !== this.version(id)) {
        outcome.changed_since.push({ id, entry: { written: this.values.get(id) ?? '', person: 'other', node: '', time: 0 } });
        continue;
      }
      const before = this.values.get(id) ?? '';
      this.write(id, value);
      this.writes.push(`${id}=${value}`);
      outcome.changes.push({ id, before, after: value, before_typed: before, after_typed: value });
      outcome.cells.push({ id, version: this.version(id) } as FigureCell);
    }
    if (fault === 'after') throw new Error('lost');
    return outcome;
  }
}

function queue(node: ModelNode, kept: Batch[] = []) {
  const log = { kept: kept, settled: [] as { batch: Batch; outcome: EditOutcome; tries: number }[], failing: false };
  const made = new EditQueue({
    send: (edits) => node.send(edits), temporary: (error) => (error as Error).message !== 'refused',
    settled: (batch, outcome, tries) => log.settled.push({ batch, outcome, tries }), refused: () => {},
    changed: (_, failing) => (log.failing = failing), wait: () => Promise.resolve(), keep: (batches) => (log.kept = [...batches]),
  }, kept);
  return { queue: made, log };
}

async function quiet(made: EditQueue): Promise<void> {
  while (made.waiting.length > 0) await new Promise((resolve) => setTimeout(resolve));
  await new Promise((resolve) => setTimeout(resolve));
}

const values = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.stringMatching(/^[1-9][0-9]?$/)), { minLength: 1, maxLength: 12 });
const faults = fc.array(fc.constantFrom('before' as const, 'after' as const, 'none' as const), { maxLength: 10 });

describe('the queue', () => {
  it('loses nothing and writes nothing twice, however often the node dies', async () => {
    await fc.assert(fc.asyncProperty(values, faults, async (typed, faulty) => {
      const node = new ModelNode();
      node.faults = [...faulty];
      const { queue: made, log } = queue(node);
      // Typed before any answer came: all are made on the version of the beginning.
      for (const [id, value] of typed) made.add([{ id, value, only_if: 'v0' }], 'type');
      await quiet(made);
      expect(log.kept).toEqual([]);
      expect(log.settled.map(({ batch }) => batch.edits[0]!.value)).toEqual(typed.map(([, value]) => value));
      // Every text was written exactly once and in order, or told as changed since.
      const told = log.settled.filter(({ outcome, tries }) => outcome.changed_since.length > 0 && tries === 1).length;
      expect(node.writes.length + told).toBeLessThanOrEqual(typed.length);
      if (!faulty.includes('after')) {
        expect(node.writes).toEqual(typed.map(([id, value]) => `${id}=${value}`));
        for (const [id] of typed) expect(node.values.get(id)).toBe(typed.findLast(([other]) => other === id)![1]);
      }
    }), { numRuns: 60 });
  });

  it('keeps what waits until it is written, and takes it up again after the page was closed', async () => {
    const node = new ModelNode();
    node.faults = ['before'];
    const hung = new EditQueue({
      send: (edits) => node.send(edits), temporary: () => true, settled: () => {}, refused: () => {}, changed: () => {},
      wait: () => new Promise(() => {}), keep: (batches) => (kept = [...batches]),
    });
    let kept: Batch[] = [];
    hung.add([{ id: 'a', value: '1', only_if: 'v0' }], 'type');
    hung.add([{ id: 'b', value: '2', only_if: 'v0' }], 'type');
    await new Promise((resolve) => setTimeout(resolve));
    expect(kept.length).toBe(2);
    const { queue: again } = queue(node, JSON.parse(JSON.stringify(kept)) as Batch[]);
    await quiet(again);
    expect(node.writes).toEqual(['a=1', 'b=2']);
  });

  it('does not write over what somebody else wrote', async () => {
    const node = new ModelNode();
    node.write('a', '9');
    const { queue: made, log } = queue(node);
    made.add([{ id: 'a', value: '1', only_if: 'v0' }], 'type');
    await quiet(made);
    expect(node.values.get('a')).toBe('9');
    expect(log.settled[0]!.outcome.changed_since.length).toBe(1);
  });
});

describe('undo', () => {
  it('brings every cell back, step by step, and forward again', async () => {
    await fc.assert(fc.asyncProperty(values, async (typed) => {
      const node = new ModelNode();
      const undo = new Undo();
      const states: string[] = [];
      const snapshot = () => JSON.stringify([...node.values].filter(([, value]) => value !== '').sort());
      const send = async (edits: CellEdit[], record: boolean) => {
        const outcome = await node.send(edits);
        expect(outcome.changed_since).toEqual([]);
        undo.wrote(outcome.changes.map((change) => change.id), outcome.cells);
        if (record) undo.record(outcome.changes);
      };
      for (const [id, value] of typed) {
        states.push(snapshot());
        await send([{ id, value }], true);
      }
      const last = snapshot();
      for (const state of [...states].reverse()) {
        await send(undo.undo()!, false);
        expect(snapshot()).toBe(state);
      }
      expect(undo.undo()).toBeNull();
      for (const _ of states) await send(undo.redo()!, false);
      expect(snapshot()).toBe(last);
    }));
  });

  it('asks before it writes over somebody else', async () => {
    const node = new ModelNode();
    const undo = new Undo();
    const outcome = await node.send([{ id: 'a', value: '1' }]);
    undo.wrote(['a'], outcome.cells);
    undo.record(outcome.changes);
    node.write('a', '7');
    expect((await node.send(undo.undo()!)).changed_since.length).toBe(1);
    expect(node.values.get('a')).toBe('7');
  });
});
