import fc from 'fast-check';
import { EditorState } from 'prosemirror-state';
import { describe, expect, it } from 'vitest';
import { Sequence } from '../host/fake/sequence';
import { Refused, Unreachable } from '../host/host';
import type { EditedText, TextEdit } from '../host/types';
import { docOf, positionOf, schema, textOf } from './places';
import { Draft, type KeptDraft } from './rebase';
import { Writing } from './writing';

type Fate = 'answer' | 'lose' | 'die' | 'refuse';

/** A node that answers when it is told to, or dies before or after it has written. */
class ModelNode {
  readonly sequence = new Sequence('đầu\ncuối');
  private waiting: { edit: TextEdit; settle: (fate: Fate) => void }[] = [];

  edit(edit: TextEdit): Promise<EditedText> {
    return new Promise((resolve, reject) => {
      const settle = (fate: Fate) => {
        if (fate === 'die') return reject(new Unreachable('dead'));
        if (fate === 'refuse') return reject(new Refused(409, { reason: 'not_now', problems: [] }));
        const splices = this.sequence.splice(Number(edit.heads[0]), edit.splices, edit.edit_id);
        if (fate === 'lose') return reject(new Unreachable('lost'));
        resolve({ text: this.sequence.text(), heads: [String(this.sequence.head)], splices } as EditedText);
      };
      this.waiting.push({ edit, settle });
    });
  }

  get busy(): number {
    return this.waiting.length;
  }

  /** Settles one request of those that are under way, not always the first. */
  settle(fate: Fate, which = 0): void {
    const [one] = this.waiting.splice(which % Math.max(1, this.waiting.length), 1);
    one?.settle(fate);
  }
}

/** A window on one section: its view may close and open, it may be reloaded, and an input method may compose. */
class Window {
  storage: string | null = null;
  composing = false;
  shown = '';
  private timers: (() => void)[] = [];
  writing!: Writing;
  /** Requests of a page that is gone are answered to nobody. */
  private page = 0;

  constructor(private readonly node: ModelNode) {
    this.load();
  }

  load(): void {
    this.timers = [];
    this.composing = false;
    const page = ++this.page;
    const here = () => page === this.page;
    const kept = this.storage === null ? null : (JSON.parse(this.storage) as KeptDraft);
    const draft = kept ? Draft.of(kept) : new Draft(docOf(this.node.sequence.text()), [String(this.node.sequence.head)]);
    const writing: Writing = new Writing(draft, EditorState.create({ doc: draft.document }), {
      edit: (edit) => this.node.edit(structuredClone(edit)).then((answer) => (here() ? answer : new Promise<never>(() => {})), (error) => (here() ? Promise.reject(error) : new Promise<never>(() => {}))),
      keep: () => { if (here()) this.storage = draft.kept && JSON.stringify(draft.kept); },
      show: () => { if (here()) this.shown = writing.saved; },
      mayChange: () => !this.composing,
      after: (_, callback) => {
        this.timers.push(callback);
        return () => { this.timers = this.timers.filter((one) => one !== callback); };
      },
    });
    this.writing = writing;
    if (kept) writing.send();
  }

  get text(): string {
    return textOf(this.writing.state.doc);
  }

  type(place: number, removed: number, inserted: string): string {
    const { text } = this;
    const at = place % (text.length + 1);
    const end = Math.min(text.length, at + removed);
    const { doc, tr } = this.writing.state;
    if (end > at) tr.delete(positionOf(doc, at), positionOf(doc, end));
    if (inserted === '\n') tr.split(tr.mapping.map(positionOf(doc, at)));
    else if (inserted) tr.insert(tr.mapping.map(positionOf(doc, at)), schema.text(inserted));
    this.writing.typed(tr);
    return text.slice(at, end);
  }

  tick(): void {
    for (const timer of this.timers.splice(0)) timer();
  }
}

const settled = async () => { for (let turn = 0; turn < 12; turn++) await Promise.resolve(); };

const act = fc.record({
  who: fc.nat(1),
  what: fc.constantFrom('type', 'type', 'type', 'split', 'delete', 'tick', 'tick', 'ask', 'answer', 'answer', 'lose', 'die', 'refuse', 'colleague', 'wipe', 'reload', 'compose', 'composed'),
  place: fc.nat(60),
  count: fc.integer({ min: 1, max: 6 }),
});

describe('what is typed', { timeout: 30_000 }, () => {
  it('is never lost, doubled, or shown as saved before it is, whatever happens to the node and the page', async () => {
    await fc.assert(fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
      const node = new ModelNode();
      const windows = [new Window(node), new Window(node)];
      const typed = new Set<string>();
      const deleted = new Set<string>();
      let letter = 0x4e00;
      const fresh = (count: number) => Array.from({ length: count }, () => String.fromCharCode(letter++)).join('');
      const forget = (text: string) => { for (const one of text) deleted.add(one); };
      for (const { who, what, place, count } of acts) {
        const window = windows[who]!;
        if (what === 'type') {
          const words = fresh(count);
          for (const one of words) typed.add(one);
          window.type(place, 0, words);
        } else if (what === 'split') window.type(place, 0, '\n');
        else if (what === 'delete') forget(window.type(place, count, ''));
        else if (what === 'tick') window.tick();
        else if (what === 'ask') window.writing.ask();
        else if (what === 'colleague') node.sequence.splice(node.sequence.head, [{ at: place % ([...node.sequence.text()].length + 1), removed: 0, inserted: 'a và b' }]);
        else if (what === 'wipe') {
          const text = node.sequence.text();
          const at = place % (text.length + 1);
          forget(text.slice(at, at + count * 3));
          node.sequence.splice(node.sequence.head, [{ at, removed: Math.min(text.length - at, count * 3), inserted: '' }]);
        } else if (what === 'reload') window.load();
        else if (what === 'compose') window.composing = true;
        else if (what === 'composed') { window.composing = false; window.writing.release(); }
        else node.settle(what as Fate, place);
        await settled();
        for (const { shown, text } of windows) {
          if (shown !== 'saved') continue;
          // What only this window shows would be on this screen alone.
          const there = node.sequence.text();
          for (const one of text) if (typed.has(one) && !deleted.has(one)) expect(there).toContain(one);
        }
      }
      for (const window of windows) { window.composing = false; window.writing.release(); }
      for (let round = 0; round < 8; round++) {
        for (const window of windows) { window.writing.ask(); window.tick(); }
        while (node.busy) { node.settle('answer'); await settled(); }
      }
      const text = node.sequence.text();
      for (const one of typed) {
        const times = text.split(one).length - 1;
        if (deleted.has(one)) expect(times).toBeLessThanOrEqual(1);
        else expect(times, `${one} in ${text}`).toBe(1);
      }
      for (const window of windows) {
        expect(window.text).toBe(text);
        expect(window.storage).toBe(null);
        expect(window.shown === '' || window.shown === 'saved').toBe(true);
      }
    }), { numRuns: 600, seed: 20230331 });
  });

  it('is written once when the page is closed before the answer', async () => {
    const node = new ModelNode();
    const window = new Window(node);
    window.type(3, 0, ' tiên');
    window.tick();
    node.settle('answer');
    window.load();
    await settled();
    node.settle('answer');
    await settled();
    expect(node.sequence.text()).toBe('đầu tiên\ncuối');
    expect(window.storage).toBe(null);
  });

  it('is not taken for written because the same letters came from somebody else, nor written again because somebody wrote inside it', async () => {
    for (const fate of ['die', 'lose'] as const) {
      const node = new ModelNode();
      const window = new Window(node);
      window.type(3, 0, 'xy');
      window.tick();
      node.settle(fate);
      await settled();
      node.sequence.splice(node.sequence.head, [{ at: fate === 'lose' ? 4 : 0, removed: 0, inserted: fate === 'lose' ? 'mm' : 'xy' }]);
      window.tick();
      node.settle('answer');
      await settled();
      expect(node.sequence.text()).toBe(fate === 'lose' ? 'đầuxmmy\ncuối' : 'xyđầuxy\ncuối');
      expect(window.text).toBe(node.sequence.text());
    }
  });

  it('is not written before its own request is answered: an asking answer says nothing of it', async () => {
    const node = new ModelNode();
    const window = new Window(node);
    window.writing.ask();
    window.type(3, 0, 'xy');
    window.tick();
    expect(node.busy).toBe(1);
    node.settle('answer');
    await settled();
    expect(window.shown).toBe('saving');
    expect(window.storage).not.toBe(null);
    expect(window.text).toBe('đầuxy\ncuối');
  });

  it('is shown again and kept when it was refused, and whatever is typed after it', async () => {
    const node = new ModelNode();
    const window = new Window(node);
    window.type(3, 0, 'xy');
    window.tick();
    node.settle('refuse');
    await settled();
    window.load();
    expect(window.text).toBe('đầuxy\ncuối');
    node.settle('refuse');
    await settled();
    expect(window.shown).toBe('unsaved');
    window.type(5, 0, 'z');
    window.load();
    expect(window.text).toBe('đầuxyz\ncuối');
    window.writing.drop({ text: 'đầu\ncuối', heads: [String(node.sequence.head)] });
    expect(window.text).toBe('đầuxyz\ncuối');
    node.settle('refuse');
    await settled();
    window.writing.drop({ text: 'đầu\ncuối', heads: [String(node.sequence.head)] });
    expect(window.text).toBe('đầu\ncuối');
    expect(window.storage).toBe(null);
  });
});
