// @vitest-environment happy-dom
import { TextSelection } from 'prosemirror-state';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Sequence } from '../host/fake/sequence';
import type { Call } from '../host/host';
import { Unreachable } from '../host/host';
import type { TextEdit, TextView } from '../host/types';

let node: Sequence;
let dead = false;
let waiting: (() => void)[] = [];

vi.mock('#host', () => ({
  default: {
    call: (call: Call) => new Promise((resolve, reject) => {
      if (!call.path.includes('/texts/')) return resolve({ person: 'An', machine: 'Quầy' });
      if (dead) return reject(new Unreachable('dead'));
      const edit = call.body as TextEdit | undefined;
      const splices = edit ? node.splice(Number(edit.heads[0]), edit.splices, edit.edit_id) : [];
      const answer = { text: node.text(), heads: [String(node.head)], splices };
      waiting.push(() => resolve(answer));
    }),
    listen: () => () => {},
  },
}));

const read = () => ({ text: node.text(), heads: [String(node.head)], conflicts: [] as TextView['conflicts'] }) as TextView;
const answerAll = async () => {
  for (let round = 0; round < 6; round++) {
    for (const one of waiting.splice(0)) one();
    await vi.advanceTimersByTimeAsync(0);
  }
};

/** The page's code as another window, or the same after a reload, has it. */
async function windowOf(name: string) {
  sessionStorage.setItem('hopluu-window', name);
  vi.resetModules();
  return import('./editing.svelte');
}

/** Opens a screen on the section. */
async function screen(page: Awaited<ReturnType<typeof windowOf>>) {
  const editing = page.editingOf('2023-q1', 'ii.2');
  await editing.ready;
  const element = document.createElement('div');
  const close = editing.open(element, 'Mục', editing.begun ? null : read());
  const view = (editing as unknown as { view: import('prosemirror-view').EditorView }).view;
  const type = (text: string) => view.dispatch(view.state.tr.setSelection(TextSelection.atEnd(view.state.doc)).insertText(text));
  return { editing, type, text: () => view.state.doc.textContent, leave: () => { close(); editing.release(); } };
}

// The first import compiles the page.
beforeAll(() => windowOf('first'), 60_000);

beforeEach(() => {
  node = new Sequence('đầu');
  dead = false;
  waiting = [];
  localStorage.clear();
  vi.useFakeTimers();
});

describe('the editing of a section', { timeout: 30_000 }, () => {
  it('writes what was typed behind an edit in flight when the screen closes before the answer', async () => {
    const page = await windowOf('one');
    const first = await screen(page);
    first.type(' A');
    await vi.advanceTimersByTimeAsync(200);
    first.type(' B');
    expect(first.editing.saved).toBe('saving');
    first.leave();
    expect(localStorage.length).toBe(1);
    await answerAll();
    expect(node.text()).toBe('đầu A B');
    expect(localStorage.length).toBe(0);
    expect((await screen(page)).text()).toBe('đầu A B');
  });

  it('is the same one when the screen opens again while the node is away', async () => {
    const page = await windowOf('one');
    const first = await screen(page);
    dead = true;
    first.type(' A');
    await vi.advanceTimersByTimeAsync(200);
    expect(first.editing.saved).toBe('unsaved');
    first.leave();
    const second = await screen(page);
    expect(second.text()).toBe('đầu A');
    second.type(' B');
    dead = false;
    await vi.advanceTimersByTimeAsync(5_000);
    await answerAll();
    expect(node.text()).toBe('đầu A B');
    expect(second.editing.saved).toBe('saved');
  });

  it('writes once what two windows typed, and neither drops what the other keeps', async () => {
    // A window that lives holds its lock.
    vi.stubGlobal('navigator', { ...navigator, userAgent: '', platform: '', locks: { request: async (_: string, __: unknown, act: (lock: null) => unknown) => act(null) } });
    const one = await screen(await windowOf('one'));
    one.type(' A');
    await vi.advanceTimersByTimeAsync(200);
    const two = await screen(await windowOf('two'));
    two.type(' B');
    expect(localStorage.length).toBe(2);
    await vi.advanceTimersByTimeAsync(200);
    await answerAll();
    expect([...node.text()].filter((letter) => letter === 'A' || letter === 'B').sort()).toEqual(['A', 'B']);
    expect(localStorage.length).toBe(0);
    vi.unstubAllGlobals();
  });

  it('goes on with what a window left that is gone, shows it while the node is away, and writes it once', async () => {
    const gone = await screen(await windowOf('gone'));
    gone.type(' A');
    await vi.advanceTimersByTimeAsync(200);
    expect(node.text()).toBe('đầu A');
    dead = true;
    gone.type(' B');
    waiting = [];
    vi.clearAllTimers();
    const page = await windowOf('next');
    const next = await screen(page);
    expect(next.text()).toBe('đầu A B');
    next.type(' C');
    dead = false;
    await vi.advanceTimersByTimeAsync(5_000);
    await answerAll();
    await vi.advanceTimersByTimeAsync(5_000);
    await answerAll();
    expect(node.text()).toBe('đầu A B C');
    expect(localStorage.length).toBe(0);
  });
});
