import { cell, expect, input, line, openFigures, openPage, row, test } from './office';
import { PERIOD } from './town';

const CELL = 'pl4.3.2.1';

interface Shown { cell: { state: string; value: unknown } }

test('a spell without the hub is told in one sentence, and what was typed goes there by itself', async ({ town, context }) => {
  const office = await town.office('quay-1', '19996');
  await office.serve();
  const page = await openPage(context, office);
  await expect(line(page)).toContainText('Mọi thay đổi đã tới trung tâm tổng hợp');
  await openFigures(page, 'pl4', CELL);
  await town.hub.kill();
  await page.keyboard.type('318');
  await page.keyboard.press('Enter');
  await expect(cell(page, CELL)).toHaveText('318');
  await expect(row(page, CELL)).toContainText('Đã lưu trên máy này');
  await expect(line(page)).toContainText(/^Đã lưu trên máy này; /);
  await town.startHub();
  await expect(line(page)).toContainText('Mọi thay đổi đã tới trung tâm tổng hợp', { timeout: 90_000 });
  await expect(row(page, CELL)).toContainText('UBND thị xã đã nhận');
});

test('two browsers on one machine show the same at once', async ({ town, browser }) => {
  const office = await town.office('quay-1', '19996');
  await office.serve();
  const [first, second] = await Promise.all([0, 1].map(async () => openPage(await browser.newContext(), office)));
  await openFigures(first!, 'pl4', CELL);
  await openFigures(second!, 'pl4', CELL);
  await first!.keyboard.type('318');
  await first!.keyboard.press('Enter');
  await expect(cell(second!, CELL)).toHaveText('318');
  await second!.keyboard.type('319');
  await second!.keyboard.press('Enter');
  await expect(cell(first!, CELL)).toHaveText('319');
  // Undoing what somebody else has changed since is asked about.
  await first!.bringToFront();
  await first!.keyboard.press('Control+z');
  await expect(first!.getByRole('alertdialog')).toContainText('đã sửa mục 3.2.1 thành 319');
  await first!.keyboard.press('F6');
  for (let presses = 0; presses < 8 && !(await first!.getByText('Để nguyên').evaluate((element) => element === document.activeElement)); presses++) await first!.keyboard.press('F6');
  await first!.keyboard.press('Enter');
  await expect(first!.getByRole('alertdialog')).toBeHidden();
  await expect(cell(first!, CELL)).toHaveText('319');
  await expect(input(first!)).toBeFocused();
});

test('two machines of one office that were apart show both values, and a key chooses one', async ({ town, context }) => {
  const here = await town.office('quay-1', '19996');
  const there = await town.office('quay-2', '19996');
  await here.serve();
  const page = await openPage(context, here);
  await openFigures(page, 'pl4', CELL);
  await expect(line(page)).toContainText('Mọi thay đổi đã tới trung tâm tổng hợp');
  await town.hub.kill();
  await page.keyboard.type('855');
  await page.keyboard.press('Control+Enter');
  await expect(row(page, CELL)).toContainText('Đã lưu trên máy này');
  await there.run('set', PERIOD, CELL, '875');
  await town.startHub();
  await there.run('sync');
  await expect(row(page, CELL)).toContainText('Mâu thuẫn: hai giá trị', { timeout: 90_000 });
  await expect(cell(page, CELL)).toContainText('855');
  await expect(cell(page, CELL)).toContainText('875');
  await expect(input(page)).toBeFocused();
  await page.keyboard.press('F2');
  const choice = page.getByRole('dialog');
  await expect(choice.getByRole('button')).toHaveCount(2);
  const [first] = await choice.getByRole('button').locator('b').allInnerTexts();
  await page.keyboard.press('1');
  await expect(cell(page, CELL)).toHaveText(first!);
  await expect(line(page)).toContainText('Mọi thay đổi đã tới trung tâm tổng hợp');
  await there.run('sync');
  const told = await there.json<Shown>('get', PERIOD, CELL);
  expect(String(told.cell.value)).toBe(first);
});
