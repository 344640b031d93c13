// @vitest-environment happy-dom
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Form } from '../host/types';
import type { FakeFigures } from '../host/fake/cells';
import type { Figures } from './model.svelte';
import type { Sheet } from './sheet.svelte';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const CELL = 'pl8.6.1.1';
const BELOW = 'pl8.6.1.2';
const CLASH = 'pl4.3.1.1';
const MINH = 'Trần Văn Minh';

interface Fake { figures: FakeFigures; dead: boolean; loseAnswers: number; tell(scope: string): void; answer(call: { method: string }): unknown }

let fake: Fake;
let form: Form;
let period: string;

/** A node and a browser that know nothing yet. */
async function anew(): Promise<void> {
  vi.resetModules();
  vi.doMock('#host', () => import('../host/fake/index'));
  localStorage.clear();
  sessionStorage.clear();
  await import('../host/api');
  fake = (globalThis as unknown as { fake: Fake }).fake;
  form = fake.figures.form;
  period = form.period;
}

/** Opens the page anew, as after a reload: what it kept is in the browser's storage. */
async function open(): Promise<{ figures: Figures; sheet: Sheet }> {
  const { startListening } = await import('../host/cache.svelte');
  const { person, status } = await import('../host/answers');
  const { Figures: Made } = await import('./model.svelte');
  const { Sheet: MadeSheet } = await import('./sheet.svelte');
  startListening();
  person();
  status();
  const figures = new Made(period, form);
  await until(() => figures.loaded && person() !== '' && status().value !== undefined);
  return { figures, sheet: new MadeSheet(figures, () => ['value', 'note'] as never, ['pl8', CELL]) };
}

async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2500 && !done(); turn++) await new Promise((resolve) => setTimeout(resolve, 2));
  expect(done()).toBe(true);
}

/** Until nothing waits, notes neither. */
const quiet = (figures: Figures) => until(() => figures.pending.size === 0 && !Object.keys(localStorage).some((key) => key.startsWith('hopluu-unsaved/')));
const typed = (id: string) => fake.figures.view().cells.find((cell) => cell.id === id)!.editable;
const note = (id: string) => fake.figures.view().cells.find((cell) => cell.id === id)!.note;

/** A colleague writes, and the page has heard of it. */
async function minh(figures: Figures, value: string, id = CELL): Promise<void> {
  fake.figures.put(id, value, MINH, true);
  fake.figures.revision++;
  fake.tell(`figures/${period}`);
  await until(() => figures.cells.get(id)?.editable === value);
}

beforeEach(async () => {
  await anew();
});

describe('an edit of a cell that somebody else changed', () => {
  it('is asked about, and written when a person says so', async () => {
    const { figures } = await open();
    fake.figures.put(CELL, '325', MINH, true);
    figures.send([{ id: CELL, value: '320' }]);
    await until(() => figures.asked.length > 0);
    expect(typed(CELL)).toBe('325');
    figures.settleAsked(true);
    await quiet(figures);
    expect(typed(CELL)).toBe('320');
    expect(figures.asked).toEqual([]);
  });

  it('is sent on once when only the note changed', async () => {
    const { figures } = await open();
    fake.figures.note(CELL, 'của Minh');
    figures.send([{ id: CELL, value: '320' }]);
    await until(() => typed(CELL) === '320');
    await quiet(figures);
    expect(figures.asked).toEqual([]);
    expect(note(CELL)).toBe('của Minh');
  });

  it('is asked about with all of it, and still after the page was closed', async () => {
    await fc.assert(fc.asyncProperty(fc.option(fc.constantFrom('320', '', 'kps'), { nil: undefined }), fc.option(fc.constantFrom('lý do', ''), { nil: undefined }), fc.boolean(), async (value, words, reload) => {
      fc.pre(value !== undefined || words !== undefined);
      await anew();
      let { figures } = await open();
      fake.figures.note(CELL, 'trước');
      fake.figures.put(CELL, '325', MINH, true);
      figures.send([{ id: CELL, value, note: words }], value === undefined ? 'note' : 'type');
      await until(() => figures.asked.length > 0);
      await quiet(figures);
      if (reload) {
        const kept = new (await import('./model.svelte')).Figures(period, form);
        await until(() => kept.loaded);
        figures = kept;
      }
      expect(figures.askedSentence()).not.toBe('');
      figures.settleAsked(true);
      await quiet(figures);
      expect(typed(CELL)).toBe(value ?? '325');
      expect(note(CELL)).toBe(words ?? 'trước');
    }), { numRuns: 12 });
  });
});

describe('an answer that was lost', () => {
  it('drops nothing that was typed behind it', async () => {
    const { figures } = await open();
    fake.loseAnswers = 1;
    figures.send([{ id: CELL, value: '5' }]);
    figures.send([{ id: CELL, value: '6' }]);
    await until(() => fake.loseAnswers === 0 && figures.pending.size === 0);
    expect(typed(CELL)).toBe('6');
    expect(figures.asked).toEqual([]);
  });

  it('does not bring an older value back after a reload', async () => {
    const { figures } = await open();
    const edits = [{ id: CELL, value: '5', only_if: figures.cells.get(CELL)!.version }];
    const batch = { number: 1, id: 'a-name-of-16-letters', edits, purpose: 'type' };
    fake.figures.edit(edits, false, true, 'Nguyễn Thị Hạnh', batch.id);
    fake.figures.put(CELL, '7', 'Nguyễn Thị Hạnh', false);
    localStorage.setItem(`hopluu-unsaved/${period}/${sessionStorage.getItem('hopluu-window')}`, JSON.stringify([batch]));
    const again = new (await import('./model.svelte')).Figures(period, form);
    await until(() => again.loaded && again.pending.size === 0);
    expect(typed(CELL)).toBe('7');
  });

  it('is waited for over a restart that took the session', async () => {
    const { figures } = await open();
    const { NoSession } = await import('../host/host');
    const answer = fake.answer.bind(fake);
    let gone = true;
    fake.answer = (call) => {
      if (gone && call.method === 'POST') throw new NoSession();
      return answer(call);
    };
    figures.send([{ id: CELL, value: '5' }]);
    await until(() => figures.pending.get(CELL)?.failing === true);
    expect(Object.keys(localStorage).filter((key) => key.startsWith('hopluu-unsaved/')).length).toBe(1);
    gone = false;
    await quiet(figures);
    expect(typed(CELL)).toBe('5');
  });
});

describe('a cell that is open', () => {
  it('stands on what was seen when it was opened', async () => {
    await fc.assert(fc.asyncProperty(fc.boolean(), fc.boolean(), async (inPlace, changes) => {
      const { figures, sheet } = await open();
      await minh(figures, '179');
      sheet.goTo(CELL);
      if (inPlace) sheet.editInPlace();
      else sheet.beginTyping('1');
      await minh(figures, '325');
      sheet.text = changes ? '320' : '179';
      sheet.commit();
      await quiet(figures);
      expect(typed(CELL)).toBe('325');
      expect(figures.asked.length).toBe(changes ? 1 : 0);
      figures.settleAsked(false);
    }), { numRuns: 8 });
  });

  it('is not asked about for what was typed into it before', async () => {
    const { figures, sheet } = await open();
    sheet.goTo(CELL);
    figures.send([{ id: CELL, value: '5' }]);
    sheet.editInPlace();
    expect(sheet.text).toBe('5');
    await quiet(figures);
    sheet.text = '6';
    sheet.commit();
    await quiet(figures);
    expect(typed(CELL)).toBe('6');
    expect(figures.asked).toEqual([]);
  });

  it('keeps the note that is being written, and asks before it writes over another', async () => {
    const { figures, sheet } = await open();
    sheet.goTo(CELL);
    sheet.openNote();
    sheet.noteText = 'đang viết';
    fake.figures.note(CELL, 'của Minh');
    await minh(figures, '325');
    expect(sheet.noteText).toBe('đang viết');
    sheet.saveNote();
    await until(() => figures.asked.length > 0);
    expect(note(CELL)).toBe('của Minh');
    figures.settleAsked(true);
    await quiet(figures);
    expect(note(CELL)).toBe('đang viết');
  });
});

describe('a paste that is looked at', () => {
  it('writes on what the preview showed', async () => {
    const { figures, sheet } = await open();
    sheet.goTo(CELL);
    sheet.paste('320\nchưa rõ', '');
    await until(() => sheet.pasting.open);
    await minh(figures, '325');
    sheet.pasting.finish();
    await until(() => figures.asked.length > 0);
    expect(typed(CELL)).toBe('325');
  });
});

describe('what waits', () => {
  it('is what fill and copy take', async () => {
    const { figures, sheet } = await open();
    sheet.goTo(CELL);
    fake.dead = true;
    figures.send([{ id: CELL, value: '7' }]);
    expect(sheet.copied().text).toBe('7');
    sheet.fillDown(sheet.range.top + 1);
    fake.dead = false;
    await quiet(figures);
    expect([typed(CELL), typed(BELOW)]).toEqual(['7', '7']);
  });

  it('is what undo takes back first', async () => {
    await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.constantFrom('11', '12', '13', '14'), { minLength: 1 }), fc.boolean(), async (texts, settledFirst) => {
      await anew();
      const { figures } = await open();
      const states = [typed(CELL), ...texts];
      for (const text of texts) {
        figures.send([{ id: CELL, value: text }]);
        if (settledFirst) await quiet(figures);
      }
      figures.undo();
      await until(() => typed(CELL) === states.at(-2));
      await quiet(figures);
      expect(typed(CELL)).toBe(states.at(-2));
      expect(figures.asked).toEqual([]);
    }), { numRuns: 8 });
  });

  it('is told as chosen once it is written, and a choice is not undone into an empty cell', async () => {
    const { figures } = await open();
    figures.send([{ id: CLASH, value: '875' }], 'choose');
    await quiet(figures);
    figures.undo();
    await quiet(figures);
    expect(typed(CLASH)).toBe('875');
  });
});
