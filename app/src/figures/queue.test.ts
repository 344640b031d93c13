import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellEdit, EditOutcome, FigureCell } from '../host/types';
import { EditQueue, type Batch, type QueueHooks } from './queue';
import { Undo } from './undo';

/** A node with cells that have versions, whose answers may be lost before or after it has written. */
class ModelNode {
  readonly values = new Map<string, string>();
  readonly versions = new Map<string, number>();
  writes: string[] = [];
  faults: ('before' | 'after' | 'none')[] = [];
  /** Runs when an answer was lost: somebody else writes meanwhile. */
  meanwhile = () => {};
  private readonly known = new Map<string, EditOutcome>();

  version(id: string): string {
    return `v${this.versions.get(id) ?? 0}`;
  }

  write(id: string, value: string): void {
    this.values.set(id, value);
    this.versions.set(id, (this.versions.get(id) ?? 0) + 1);
  }

  private cell(id: string): FigureCell {
    return { id, version: this.version(id), editable: this.values.get(id) ?? '' } as FigureCell;
  }

  async send(edits: CellEdit[], name?: string): Promise<EditOutcome> {
    const fault = this.faults.shift() ?? 'none';
    if (fault === 'before') throw new Error('dead');
    const first = name === undefined ? undefined : this.known.get(name);
    if (first) {
      if (fault === 'after') throw new Error('lost');
      return { ...first, changes: [], repeated: true, cells: edits.map(({ id }) => this.cell(id)) };
    }
    const outcome: EditOutcome = { revision: 0, changes: [], unchanged: [], questions: [], refused: [], skipped: [], changed_since: [], cells: [] };
    for (const { id, value: typed, only_if } of edits) {
      const value = typed ?? '';
      if (only_if != null && only_if !== this.version(id)) {
        outcome.changed_since.push({ id, version: this.version(id), entry: { written: this.values.get(id) ?? '', person: 'other', node: '', time: 0 } });
        continue;
      }
      const before = this.values.get(id) ?? '';
      this.write(id, value);
      this.writes.push(`${id}=${value}`);
      outcome.changes.push({ id, before, after: value, before_typed: before, after_typed: value });
      outcome.cells.push(this.cell(id));
    }
    if (name !== undefined && outcome.changes.length > 0) this.known.set(name, outcome);
    if (fault !== 'after') return outcome;
    this.meanwhile();
    throw new Error('lost');
  }
}

function queue(node: ModelNode, kept: Batch[] = [], more: Partial<QueueHooks> = {}) {
  const log = { kept: kept, settled: [] as { batch: Batch; outcome: EditOutcome }[], refused: 0, broke: 0, failing: false };
  const made = new EditQueue({
    send: (edits, id) => node.send(edits, id), temporary: (error) => (error as Error).message !== 'refused',
    settled: (batch, outcome) => void log.settled.push({ batch, outcome }), refused: () => void log.refused++, broke: () => void log.broke++,
    asLeft: (batch, cell) => cell.editable === batch.edits.findLast(({ id }) => id === cell.id)?.value,
    changed: (_, failing) => (log.failing = failing), wait: () => Promise.resolve(), keep: (batches) => void (log.kept = [...batches]), ...more,
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
      // Every text was written exactly once and in order, also when the answer to one was lost that others were typed behind.
      expect(node.writes).toEqual(typed.map(([id, value]) => `${id}=${value}`));
    }), { numRuns: 60 });
  });

  it('keeps what waits until it is written, and takes it up again after the page was closed', async () => {
    const node = new ModelNode();
    node.faults = ['after'];
    let kept: Batch[] = [];
    const { queue: hung } = queue(node, [], { wait: () => new Promise(() => {}), keep: (batches) => void (kept = [...batches]) });
    hung.add([{ id: 'a', value: '1', only_if: 'v0' }], 'type');
    hung.add([{ id: 'b', value: '2', only_if: 'v0' }], 'type');
    await new Promise((resolve) => setTimeout(resolve));
    expect(kept.length).toBe(2);
    const { queue: again } = queue(node, JSON.parse(JSON.stringify(kept)) as Batch[]);
    await quiet(again);
    expect(node.writes).toEqual(['a=1', 'b=2']);
  });

  it('does not stand on what somebody else wrote after an answer was lost', async () => {
    const node = new ModelNode();
    node.faults = ['after'];
    node.meanwhile = () => node.write('a', '9');
    const { queue: made, log } = queue(node);
    made.add([{ id: 'a', value: '1', only_if: 'v0' }], 'type');
    made.add([{ id: 'a', value: '2', only_if: 'v0' }], 'type');
    await quiet(made);
    expect(node.values.get('a')).toBe('9');
    expect(log.settled[1]!.outcome.changed_since.length).toBe(1);
  });

  it('sends everything although the browser or a view fails, and tells none of it as not written', async () => {
    await fc.assert(fc.asyncProperty(values, faults, fc.constantFrom('keep', 'settled', 'changed', 'refused', 'broke'), async (typed, faulty, broken) => {
      const node = new ModelNode();
      node.faults = [...faulty];
      const fail = () => {
        throw new Error('refused');
      };
      const { queue: made, log } = queue(node, [], { [broken]: fail, ...(broken === 'broke' ? { keep: fail } : {}) });
      for (const [id, value] of typed) made.add([{ id, value, only_if: 'v0' }], 'type');
      await quiet(made);
      made.add([{ id: 'last', value: '1', only_if: 'v0' }], 'type');
      await quiet(made);
      expect(node.writes).toEqual([...typed.map(([id, value]) => `${id}=${value}`), 'last=1']);
      expect(log.refused).toBe(0);
    }), { numRuns: 40 });
  });

  it('takes back only what was never sent', async () => {
    const node = new ModelNode();
    const { queue: made } = queue(node);
    made.add([{ id: 'a', value: '1', only_if: 'v0' }], 'type');
    expect(made.takeBack()).toBeNull();
    made.add([{ id: 'b', value: '2', only_if: 'v0' }], 'type');
    expect(made.takeBack()?.edits[0]!.value).toBe('2');
    await quiet(made);
    expect(node.writes).toEqual(['a=1']);
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
        await send(undo.undo() as CellEdit[], false);
        expect(snapshot()).toBe(state);
      }
      expect(undo.undo()).toBeNull();
      for (const _ of states) await send(undo.redo()!, false);
      expect(snapshot()).toBe(last);
    }));
  });

  it('passes by a choice among several values, which cannot be typed again', () => {
    const undo = new Undo();
    undo.record([{ id: 'a', before: '', before_typed: '', after_typed: '1' }]);
    undo.record([{ id: 'b', before: '855 | 875', before_typed: '', after_typed: '875' }]);
    expect(undo.undo()).toBe('choice');
    expect(undo.undo()).toEqual([{ id: 'a', value: '', only_if: undefined }]);
  });

  it('asks before it writes over somebody else', async () => {
    const node = new ModelNode();
    const undo = new Undo();
    const outcome = await node.send([{ id: 'a', value: '1' }]);
    undo.wrote(['a'], outcome.cells);
    undo.record(outcome.changes);
    node.write('a', '7');
    expect((await node.send(undo.undo() as CellEdit[])).changed_since.length).toBe(1);
    expect(node.values.get('a')).toBe('7');
  });
});
