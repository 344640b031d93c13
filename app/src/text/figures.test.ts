// @vitest-environment happy-dom
import fc from 'fast-check';
import { DOMParser } from 'prosemirror-model';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { EditedText, Form, FormRow, TextEdit, TextFigure, TextView } from '../host/types';
import { choicesOf, named } from './choices';
import { answerToPage, cellOf, editToNode, fromStored, inWords, letterOf, toNode, toPage, toStored, withoutFigures } from './figures';
import { docOf, letShow, schema, textOf } from './places';

const figure = (at: number, cell: string, shown: string): TextFigure => ({ at, cell, shown, state: 'value', code: '', label: '' });
const cells = fc.array(fc.constantFrom('x.1', 'x.2', null), { maxLength: 20 });
const words = fc.string({ unit: fc.constantFrom('a', '\ufffc', '\ue000', '\ue123', '\n', '😀'), maxLength: 20 });

describe('figures within a text', () => {
  it('come to the page and go back with their cells, whatever else stands in the text', () => {
    fc.assert(fc.property(words, cells, (text, figures) => {
      const count = [...text].filter((letter) => letter === '\ufffc').length;
      const all = Array.from({ length: count }, (_, at) => figures[at] ?? null);
      const page = toPage(text, all);
      expect(page.length).toBe(text.length);
      expect(toNode(page)).toEqual({ text, figures: all });
      const doc = docOf(page);
      doc.check();
      expect(textOf(doc)).toBe(page);
    }));
  });

  it('keep their cells in what the page keeps, whichever letters the next page has for them', () => {
    const page = `Có ${letterOf('x.7')} hồ sơ`;
    const kept = { base: page, heads: ['1'], sent: { edit_id: 'a', splices: [{ at: 0, removed: 0, inserted: letterOf('x.8') }] }, behind: [] };
    const stored = toStored(kept);
    expect(stored.base).toBe('Có \ufffc hồ sơ');
    expect(stored.sent!.splices[0]).toEqual({ at: 0, removed: 0, inserted: '\ufffc', figures: ['x.8'] });
    expect(fromStored(JSON.parse(JSON.stringify(stored)))).toEqual(kept);
  });

  it('are numbers where people read them, and nothing where they come from elsewhere', () => {
    const page = toPage('Có \ufffc; \ufffc', ['x.1', null]);
    expect(inWords(page, (cell) => `[${cell}]`)).toBe('Có [x.1]; ');
    expect(withoutFigures('a\ufffcb\ue000')).toBe('ab');
  });

  it('stay bound when the page copies them, and are their number where the form has no such cell', () => {
    letShow(new Set(['x.1']));
    const element = document.createElement('div');
    element.innerHTML = '<p>Có <span data-figure="x.1">855</span>, <span data-figure="y.1">12</span></p>';
    expect(textOf(DOMParser.fromSchema(schema).parse(element))).toBe(`Có ${letterOf('x.1')}, 12`);
  });

  it('are bound in what is sent and in what others wrote', () => {
    const edit = editToNode<TextEdit>({ heads: [], splices: [{ at: 1, removed: 0, inserted: `a${letterOf('x.1')}` }] });
    expect(edit.splices[0]!.figures).toEqual(['x.1']);
    const answer = answerToPage({
      text: '\ufffc', figures: [figure(0, 'x.2', '5')], splices: [{ at: 0, removed: 0, inserted: '\ufffc', figures: ['x.2'] }],
      conflicts: [{ merged: '\ufffc', figures: [figure(0, 'x.2', '5')], variants: [{ written: '\ufffc', figures: [figure(0, 'x.1', '4')] }] }],
    });
    expect([answer.text, answer.splices[0]!.inserted, answer.conflicts[0]!.merged].map(cellOf)).toEqual(['x.2', 'x.2', 'x.2']);
    expect(cellOf(answer.conflicts[0]!.variants[0]!.written)).toBe('x.1');
  });
});

const row = (id: string, label: string, kind: FormRow['kind'], parts: string[] = []) => ({ id, number: id.slice(2), label, kind, parts }) as unknown as FormRow;
const form = {
  appendices: [{ id: 'x', short: 'Phụ lục 1', rows: [
    row('x.1', 'Hồ sơ tiếp nhận', 'typed'), row('x.2', 'Hồ sơ giải quyết đúng hạn', 'typed'), row('x.3', 'Của đơn vị khác', 'others'),
    row('x.4', 'Tỷ lệ đúng hạn', 'computed', ['x.1', 'x.2']), row('x.5', 'Tỷ lệ chung', 'computed', ['x.1', 'x.3']), row('x.6', 'Đầu mục', 'heading'),
  ] }],
} as unknown as Form;

describe('the list for #', () => {
  it('has the cells of the unit\'s own report, by code and by words without tones', () => {
    const choices = choicesOf(form);
    expect(choices.map(({ id }) => id)).toEqual(['x.1', 'x.2', 'x.4']);
    expect(named(choices, 'dung han').map(({ id }) => id)).toEqual(['x.2', 'x.4']);
    expect(named(choices, '2').map(({ id }) => id)).toEqual(['x.2']);
    expect(named(choices, 'không có')).toEqual([]);
  });
});

let sent: TextEdit[] = [];
let number = '855';
const view = (text: string, figures: TextFigure[]) => ({ text, figures, may_hold_figures: true, heads: ['1'], conflicts: [] }) as unknown as TextView;

vi.mock('../host/api', () => ({
  host: { listen: () => () => {} },
  api: {
    settings: async () => ({ person: 'An' }),
    editText: async (_period: string, _section: string, _person: string, edit: TextEdit) => {
      sent.push(edit);
      return { ...view('Có \ufffc', [figure(3, 'x.1', number)]), splices: [] } as unknown as EditedText;
    },
  },
}));

describe('the editor', () => {
  beforeEach(() => {
    sent = [];
    number = '855';
    localStorage.clear();
    vi.useFakeTimers();
  });

  it('puts in the figure that is chosen for #, shows its number, and follows it', async () => {
    const { editingOf } = await import('./editing.svelte');
    const editing = editingOf('2023-q1', 'ii.9');
    await editing.ready;
    const element = document.createElement('div');
    const close = editing.open(element, 'Mục', view('Có ', []));
    const { view: screen } = editing as unknown as { view: import('prosemirror-view').EditorView };
    screen.coordsAtPos = () => ({ left: 0, right: 0, top: 0, bottom: 0 });
    screen.focus = () => {};
    const hash = () => screen.someProp('handleTextInput', (handle) => handle(screen, 4, 4, '#', () => screen.state.tr));
    screen.dispatch(screen.state.tr.setSelection((await import('prosemirror-state')).TextSelection.atEnd(screen.state.doc)));
    expect(hash()).toBe(true);
    expect(editing.choosing).not.toBeNull();
    editing.chosen('x.1', { shown: '855', state: 'value', code: '1', label: '' });
    const shown = () => element.querySelector('.figure')?.textContent;
    expect(shown()).toBe('855');
    await vi.advanceTimersByTimeAsync(200);
    expect(sent[0]!.splices).toEqual([{ at: 3, removed: 0, inserted: '\ufffc', figures: ['x.1'] }]);
    number = '860';
    (editing as unknown as { ask(): void }).ask();
    await vi.advanceTimersByTimeAsync(200);
    expect(shown()).toBe('860');
    close();
    editing.release();
  });
});
