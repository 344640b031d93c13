import { expect, SAVED, active, openFigures, shown, shows, stored, test, type Window } from './desk';
import { pss } from './memory';

/** Cells that follow each other, with what is typed into each. */
const CELLS = ['pl4.3.2.1', 'pl4.3.2.2', 'pl4.3.3.1', 'pl4.3.3.2'];
const LAST = CELLS.at(-1)!;

async function typeAll(window: Window): Promise<Map<string, string>> {
  await openFigures(window.view, CELLS[0]!);
  const typed = new Map(CELLS.map((cell, at) => [cell, String(218 - at)]));
  for (const [cell, value] of typed) {
    await expect.poll(() => active(window.view)).toBe(`cell-${cell}`);
    await window.view.type(value);
    // The last one is not left: nobody has asked for it to be saved yet.
    if (cell !== LAST) await window.view.press('Tab');
  }
  return typed;
}

const WAYS: Record<string, (window: Window) => Promise<unknown>> = {
  'a person closes its window': (window) => window.close(),
  'the session ends': (window) => {
    window.process.kill('SIGTERM');
    return window.end();
  },
};

for (const [way, close] of Object.entries(WAYS)) {
  test(`nothing that was typed is lost when ${way} while it is being written`, async ({ town, desk }) => {
    const office = await town.office('quay-1', '19996');
    const window = await desk.open(office);
    const typed = await typeAll(window);
    expect(await close(window)).toBe(0);
    for (const [cell, value] of typed) expect(String(await stored(office, cell)), cell).toBe(value);
    const { view } = await desk.open(office);
    await openFigures(view, LAST);
    for (const [cell, value] of typed) await expect.poll(() => shown(view, cell)).toMatchObject({ value, says: expect.stringMatching(SAVED) });
  });
}

test('what was shown as saved is there after the window was killed', async ({ town, desk }) => {
  const office = await town.office('quay-1', '19996');
  const first = await desk.open(office);
  const typed = await typeAll(first);
  await expect.poll(async () => (await shown(first.view, CELLS[0]!)).says).toMatch(SAVED);
  const seen = await Promise.all(CELLS.map(async (cell) => ({ cell, ...(await shown(first.view, cell)) })));
  await first.kill();
  const saved = seen.filter(({ says }) => SAVED.test(says));
  expect(saved.length).toBeGreaterThan(0);
  for (const { cell, value } of saved) expect(String(await stored(office, cell)), cell).toBe(value);
  // A start right after finds neither the lock nor the door in its way.
  const { view } = await desk.open(office);
  await openFigures(view, LAST);
  for (const { cell } of saved) await expect.poll(() => shown(view, cell)).toMatchObject({ value: typed.get(cell), says: expect.stringMatching(SAVED) });
  await shows(view, 'Mọi thay đổi đã tới trung tâm tổng hợp', '.status-line');
});

test('a page whose process goes is loaded again, with all that it had saved', async ({ town, desk }) => {
  const office = await town.office('quay-1', '19996');
  const window = await desk.open(office);
  const typed = await typeAll(window);
  await window.view.press('Enter');
  await expect.poll(() => shown(window.view, LAST)).toMatchObject({ says: expect.stringMatching(SAVED) });
  const [page] = pss(window.process.pid!).each.filter(({ name }) => name.startsWith('WebKitWebProc'));
  process.kill(page!.id, 'SIGKILL');
  const view = await window.joinAgain();
  await openFigures(view, LAST);
  for (const [cell, value] of typed) await expect.poll(() => shown(view, cell)).toMatchObject({ value, says: expect.stringMatching(SAVED) });
  expect(await window.close()).toBe(0);
});
