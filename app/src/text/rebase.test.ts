import fc from 'fast-check';
import { EditorState, TextSelection } from 'prosemirror-state';
import { describe, expect, it } from 'vitest';
import { Sequence } from '../host/fake/sequence';
import { letterOf } from './figures';
import { applied, difference, docOf, fromScalars, offsetOf, positionOf, schema, stepOf, textOf, toScalars } from './places';
import { Draft, type NamedEdit } from './rebase';

const [ONE, OTHER] = [letterOf('x.1'), letterOf('x.2')];
const letters = fc.string({ unit: fc.constantFrom('a', 'ế', 'b', ' ', '\n', '😀', 'đ', ONE, OTHER), maxLength: 14 });

describe('places', () => {
  it('are the same in text and document', () => {
    fc.assert(fc.property(letters, (text) => {
      const doc = docOf(text);
      expect(textOf(doc)).toBe(text);
      for (let at = 0; at <= text.length; at++) expect(offsetOf(doc, positionOf(doc, at))).toBe(at);
    }));
  });

  it('make of a splice a step that does it', () => {
    fc.assert(fc.property(letters, letters, fc.nat(), fc.nat(), (text, inserted, from, count) => {
      const at = from % (text.length + 1);
      const removed = count % (text.length - at + 1);
      const doc = docOf(text);
      const after = stepOf(doc, { at, removed, inserted }).apply(doc).doc!;
      after.check();
      expect(textOf(after)).toBe(applied(text, { at, removed, inserted }));
    }));
  });

  it('find a difference that never parts a letter, and count letters as the node does', () => {
    fc.assert(fc.property(letters, letters, (old, now) => {
      const splice = difference(old, now);
      expect(applied(old, splice)).toBe(now);
      const [told] = toScalars(old, [splice]);
      const list = [...old];
      list.splice(told!.at, told!.removed, ...told!.inserted);
      expect(list.join('')).toBe(now);
      expect(fromScalars(old, [told!])).toEqual([splice]);
    }));
  });
});

/** A page with an editor on a text, without a screen. */
class Page {
  state: EditorState;
  draft: Draft;
  flying: { head: number; splices: NamedEdit['splices'] } | null = null;

  constructor(private readonly node: Sequence) {
    this.state = EditorState.create({ doc: docOf(node.text()) });
    this.draft = new Draft(docOf(node.text()), [String(node.head)]);
  }

  text(): string {
    return textOf(this.state.doc);
  }

  /** Types at a place, splits, or deletes, as keys do. */
  type(place: number, what: string, removed: number): void {
    const size = this.text().length;
    const from = positionOf(this.state.doc, place % (size + 1));
    const to = positionOf(this.state.doc, Math.min(size, (place % (size + 1)) + removed));
    let transaction = this.state.tr;
    if (to > from) transaction = transaction.delete(from, to);
    if (what === '\n') transaction = transaction.split(transaction.mapping.map(from));
    else if (what === ONE) transaction = transaction.insert(transaction.mapping.map(from), schema.node('figure', { letter: what }));
    else if (what !== '') transaction = transaction.insert(transaction.mapping.map(from), schema.text(what));
    this.state = this.state.apply(transaction);
    this.draft.typed(transaction);
  }

  send(): void {
    if (this.flying) return;
    const edit = this.draft.take();
    this.flying = { head: Number((edit ?? this.draft).heads[0]), splices: edit?.splices ?? [] };
  }

  answer(): void {
    if (!this.flying) return;
    const splices = this.node.splice(this.flying.head, this.flying.splices);
    const transaction = this.draft.answered(this.state, { text: this.node.text(), heads: [String(this.node.head)], splices });
    if (transaction) this.state = this.state.apply(transaction);
    this.state.doc.check();
    this.flying = null;
  }
}

const acts = fc.array(fc.tuple(
  fc.nat(2), fc.constantFrom('type', 'type', 'send', 'answer'), fc.nat(40),
  fc.constantFrom('a', 'ế', 'xin', '😀', ONE, '\n', ''), fc.nat(4),
), { maxLength: 40 });

describe('texts that several people edit', { timeout: 30_000 }, () => {
  it('are the same everywhere at last, whatever came in between', () => {
    fc.assert(fc.property(letters, acts, (text, steps) => {
      const node = new Sequence(text);
      const pages = [new Page(node), new Page(node), new Page(node)];
      for (const [who, act, place, what, removed] of steps) {
        const page = pages[who]!;
        if (act === 'type') page.type(place, what, removed);
        else if (act === 'send') page.send();
        else page.answer();
      }
      // Everybody's edits arrive, then everybody asks once more.
      for (let round = 0; round < 3; round++) for (const page of pages) { page.answer(); page.send(); page.answer(); }
      for (const page of pages) {
        expect(page.text()).toBe(node.text());
        expect(page.draft.unsent).toBe(false);
      }
    }), { numRuns: 400 });
  });

  it('keep what each typed alone', () => {
    const node = new Sequence('Một hai ba');
    const [first, second] = [new Page(node), new Page(node)];
    first!.type(3, ' rưỡi', 0);
    second!.type(10, '\n', 0);
    second!.type(11, 'bốn', 0);
    for (const page of [first!, second!, first!, second!]) { page.send(); page.answer(); }
    expect(node.text()).toBe('Một rưỡi hai ba\nbốn');
    expect(first!.text()).toBe(node.text());
  });

  it('leave the caret where it was when somebody else writes before it', () => {
    const node = new Sequence('đầu cuối');
    const page = new Page(node);
    page.state = page.state.apply(page.state.tr.setSelection(TextSelection.create(page.state.doc, positionOf(page.state.doc, 4))));
    node.splice(node.head, [{ at: 0, removed: 0, inserted: 'mở ' }]);
    page.send();
    page.answer();
    expect(offsetOf(page.state.doc, page.state.selection.head)).toBe('mở đầu '.length);
  });

  it('keep words that stood in what a colleague deleted', () => {
    const node = new Sequence('Một\nHai ba bốn\nNăm');
    const page = new Page(node);
    page.type(8, 'x', 0);
    page.send();
    page.type(9, 'yz', 0);
    page.type(9, '\n', 0);
    node.splice(1, [{ at: 3, removed: 11, inserted: '' }]);
    page.answer();
    page.send();
    page.answer();
    expect(node.text()).toBe('Mộtx\nyz\nNăm');
    expect(page.text()).toBe(node.text());
  });
});

describe('a paragraph in conflict', () => {
  const begun = (text = 'một') => new Draft(docOf(text), ['h1']);
  const state = (draft: Draft) => EditorState.create({ doc: draft.document });

  it('that is right as it is goes as an edit of its own, once', () => {
    const draft = begun();
    draft.settle('ii.2 7@ab');
    expect(draft.unsent).toBe(true);
    const edit = draft.take()!;
    expect(edit).toMatchObject({ heads: ['h1'], splices: [], settles: 'ii.2 7@ab' });
    draft.lost();
    expect(draft.take()).toEqual(edit);
    // A page that goes away now hands it over as it was sent.
    const kept = Draft.of(JSON.parse(JSON.stringify(draft.kept)));
    expect(kept.unsent).toBe(true);
    expect(kept.take()).toEqual(edit);
    draft.answered(state(draft), { text: 'một', heads: ['h2'], splices: [] });
    expect(draft.unsent).toBe(false);
    expect(draft.take()).toBe(null);
  });

  it('is settled with what was chosen for it, and with nothing that is typed later', () => {
    const draft = begun();
    let shown = state(draft);
    const type = (text: string) => {
      const transaction = shown.tr.insertText(text, shown.doc.content.size - 1);
      shown = shown.apply(transaction);
      draft.typed(transaction);
    };
    draft.settle('ii.2 7@ab');
    type(' hai');
    const chosen = draft.take()!;
    expect(chosen).toMatchObject({ splices: [{ at: 3, removed: 0, inserted: ' hai' }], settles: 'ii.2 7@ab' });
    type(' ba');
    draft.answered(shown, { text: 'một hai', heads: ['h2'], splices: [] });
    const later = draft.take()!;
    expect(later.splices).toEqual([{ at: 7, removed: 0, inserted: ' ba' }]);
    expect(later.settles).toBeUndefined();
  });

  it('that the node does not know leaves the words, which go without it', () => {
    const draft = begun();
    const shown = state(draft);
    const transaction = shown.tr.insertText(' hai', 4);
    draft.settle('ii.2 7@ab');
    draft.typed(transaction);
    draft.take();
    expect(draft.refused(false)).toBe(true);
    expect(draft.take()!.settles).toBeUndefined();
    const bare = begun();
    bare.settle('ii.2 7@ab');
    bare.take();
    expect(bare.refused(false)).toBe(false);
    expect(bare.unsent).toBe(false);
  });
});
