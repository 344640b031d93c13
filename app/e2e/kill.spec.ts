import { cell, expect, openFigures, openPage, row, test } from './office';
import { PERIOD } from './town';

const CELLS = ['pl4.1.4.3', 'pl4.3.2.1', 'pl4.3.2.2', 'pl4.3.3.1', 'pl4.3.3.2'];

interface Shown { cell: { state: string; value: unknown } }

test('nothing that was shown as saved is lost when the program is killed, and the rest says so and is saved later', async ({ town, context }) => {
  const office = await town.office('quay-1', '19996');
  await office.serve();
  const page = await openPage(context, office);
  await openFigures(page, 'pl4', CELLS[0]!);

  const type = async (at: number) => {
    await page.keyboard.type(String(105 - at));
    await page.keyboard.press('Tab');
  };
  await type(0);
  await expect(row(page, CELLS[0]!)).toContainText(/Đã lưu trên máy này|đã nhận/);
  const typing = async () => {
    for (let at = 1; at < CELLS.length; at++) await type(at);
  };
  await Promise.all([typing(), office.kill()]);

  const last = CELLS.at(-1)!;
  await expect(row(page, last)).toContainText('Chưa lưu; đang thử lại');
  await expect(page.getByRole('alert')).toContainText('chưa được lưu');
  const shown = await Promise.all(CELLS.map(async (id) => ({ id, text: await cell(page, id).innerText(), state: await row(page, id).innerText() })));
  for (const { id, text, state } of shown) {
    if (!/Đã lưu trên máy này|đã nhận/.test(state)) continue;
    const told = await office.json<Shown>('get', PERIOD, id);
    expect(String(told.cell.value), id).toBe(text.trim());
  }

  // The page is found where it was, so that what it keeps is found too.
  await office.serve();
  const again = await openPage(context, office, `#/2023-q1/figures/pl4/${last}`);
  for (const each of [page, again]) {
    for (const { id, text } of shown) {
      await expect(cell(each, id)).toHaveText(text);
      await expect(row(each, id)).toContainText(/Đã lưu trên máy này|đã nhận/);
    }
  }
  for (const { id, text } of shown) {
    const told = await office.json<Shown>('get', PERIOD, id);
    expect(String(told.cell.value), id).toBe(text.trim());
  }
});

test('what a closed window could not save is saved by the next one', async ({ town, context }) => {
  const office = await town.office('quay-1', '19996');
  await office.serve();
  const page = await openPage(context, office);
  await openFigures(page, 'pl4', CELLS[1]!);
  await office.kill();
  await page.keyboard.type('318');
  await page.keyboard.press('Enter');
  await expect(row(page, CELLS[1]!)).toContainText('Chưa lưu; đang thử lại');
  await page.close();
  await office.serve();
  const again = await openPage(context, office, `#/2023-q1/figures/pl4/${CELLS[1]!}`);
  await expect(cell(again, CELLS[1]!)).toHaveText('318');
  await expect(row(again, CELLS[1]!)).toContainText(/Đã lưu trên máy này|đã nhận/);
  const told = await office.json<Shown>('get', PERIOD, CELLS[1]!);
  expect(told.cell.value).toBe(318);
});

test('a text that could not be saved says so and is saved later, once', async ({ town, context }) => {
  const office = await town.office('quay-1', '19996');
  await office.serve();
  const page = await openPage(context, office, '#/2023-q1/text/i.2');
  const editor = page.locator('.ProseMirror');
  await editor.click();
  await page.keyboard.type('Đã lưu. ');
  await expect(page.locator('.foot')).toContainText('Đã lưu trên máy này');
  await office.kill();
  await page.keyboard.type('Chưa lưu.');
  await expect(page.locator('.foot')).toContainText('Chưa lưu; trang này giữ lại và đang thử lại');
  await office.serve();
  const again = await openPage(context, office, '#/2023-q1/text/i.2');
  await expect(again.locator('.ProseMirror')).toHaveText('Đã lưu. Chưa lưu.');
  await expect.poll(() => office.run('text', PERIOD, 'i.2')).toContain('Đã lưu. Chưa lưu.');
});
