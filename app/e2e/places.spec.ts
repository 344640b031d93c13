import type { Page } from '@playwright/test';
import { cell, expect, go, input, openFigures, openPage, tabTo, test } from './office';
import { dress, worked } from './screens';
import { PERIOD } from './town';

const splitter = (page: Page) => page.getByRole('separator', { name: 'Độ rộng của khung bên phải' });
const panel = (page: Page) => page.getByRole('complementary', { name: 'Ô đang chọn' });
const widthOf = async (page: Page) => Math.round((await panel(page).boundingBox())!.width);

test('the page begins where one was: address, cell, scroll, the width of the panel', async ({ town, context }) => {
  const office = await worked(town);
  const page = await openPage(context, office);
  await page.setViewportSize({ width: 1366, height: 688 });
  await openFigures(page, 'pl4', 'pl4.3.2.2');
  await page.getByRole('button', { name: 'Cả phụ lục' }).click();
  const scroller = page.locator('.scroller');
  await expect.poll(() => scroller.evaluate((one) => one.scrollHeight - one.clientHeight)).toBeGreaterThan(200);
  await splitter(page).focus();
  for (let presses = 0; presses < 3; presses++) await page.keyboard.press('ArrowLeft');
  await expect(splitter(page)).toHaveAttribute('aria-valuenow', '344');
  const width = await widthOf(page);
  await page.mouse.move(600, 400);
  await page.mouse.wheel(0, 120);
  // Two frames: the page hears of the scrolling in the next.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const scrolled = await scroller.evaluate((one) => Math.round(one.scrollTop));
  await page.getByRole('link', { name: 'Tổng quan', exact: true }).click();
  await expect(page.locator('.task').first()).toBeVisible();
  await page.getByRole('link', { name: 'Số liệu', exact: true }).click();
  await expect(input(page)).toHaveAttribute('aria-activedescendant', 'cell-pl4.3.2.2');
  await expect.poll(() => scroller.evaluate((one) => Math.round(one.scrollTop))).toBe(scrolled);

  await page.close();
  const again = await openPage(context, office);
  await again.setViewportSize({ width: 1366, height: 688 });
  await expect(again).toHaveURL(new RegExp(`#/${PERIOD}/figures/pl4/pl4.3.2.2$`));
  await expect(input(again)).toHaveAttribute('aria-activedescendant', 'cell-pl4.3.2.2');
  await expect(cell(again, 'pl4.3.2.2')).toContainText('320');
  await expect.poll(() => widthOf(again)).toBe(width);
});

test('the panel is drawn wider, closed and opened again, by pointer and by keys', async ({ town, context }) => {
  const page = await openPage(context, await worked(town));
  await page.setViewportSize({ width: 1366, height: 688 });
  await openFigures(page, 'pl4', 'pl4.3.2.2');
  const at = (await splitter(page).boundingBox())!;
  const drag = async (to: number) => {
    const now = (await splitter(page).boundingBox())!;
    await page.mouse.move(now.x + now.width / 2, at.y + 200);
    await page.mouse.down();
    await page.mouse.move(to, at.y + 210, { steps: 4 });
    await page.mouse.up();
  };
  const before = await widthOf(page);
  await drag(at.x - 100);
  await expect.poll(() => widthOf(page)).toBeGreaterThan(before + 80);
  await drag(100);
  await expect(splitter(page)).toHaveAttribute('aria-valuenow', '480');
  await drag(1360);
  await expect(splitter(page)).toHaveAttribute('aria-valuenow', '260');
  await splitter(page).press('Home');
  await expect(splitter(page)).toHaveAttribute('aria-valuenow', '480');
  await splitter(page).press('Enter');
  await expect(splitter(page)).toHaveAttribute('aria-valuenow', '284');

  await page.keyboard.press('Control+\\');
  await expect(panel(page)).toBeHidden();
  await page.reload();
  await expect(cell(page, 'pl4.3.2.2')).toContainText('320');
  await expect(panel(page)).toBeHidden();
  await page.keyboard.press('Control+\\');
  await expect(panel(page)).toBeVisible();
  // In a small window it lies over the work, and is closed until it is asked for.
  await page.setViewportSize({ width: 1050, height: 550 });
  await expect(panel(page)).toBeHidden();
  await page.getByRole('button', { name: 'Ô đang chọn' }).click();
  await expect(panel(page)).toBeVisible();
  await expect(splitter(page)).toBeHidden();
});

test('the six words are the hub\'s own, and whoever sees others stops before anything is connected', async ({ town, context }) => {
  const { words } = await town.hub.json<{ words: string[] }>('status');
  expect(words).toHaveLength(6);
  const fresh = town.machine('fresh');
  await fresh.serve();
  const page = await openPage(context, fresh);
  const invitation = await town.invitation('19996');
  const look = async () => {
    await page.getByLabel('Lời mời').fill(invitation);
    await tabTo(page, 'Xem lời mời');
    await page.keyboard.press('Enter');
  };
  await look();
  await expect(page.getByRole('list', { name: 'Sáu từ của trung tâm tổng hợp' }).locator('b')).toHaveText(words);
  await page.getByRole('button', { name: 'Không đúng, dừng lại' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Sáu từ không khớp nên máy chưa kết nối với ai' })).toBeVisible();
  expect((await fresh.json<{ unit: string | null }>('status')).unit).toBeNull();
  // The invitation is as good as before.
  await look();
  await page.getByRole('button', { name: 'Đúng sáu từ, tiếp tục' }).click();
  await expect(page.getByRole('heading', { name: 'Máy này và bạn tên gì?' })).toBeVisible();
});

test('what the node says is asked for again in the language that was chosen', async ({ town, context }) => {
  const page = await openPage(context, await worked(town));
  await openFigures(page, 'pl4', 'pl4.3.2.2');
  await expect(page.getByRole('complementary', { name: 'Ô đang chọn' })).toContainText('Số thành phần lớn hơn số tổng');
  await dress(page, 'en', 'light');
  const side = page.getByRole('complementary', { name: 'Selected cell' });
  await expect(side).not.toContainText('Số thành phần');
  await expect(side).toContainText('3.2.2 (320)');
});

/** Where a screen scrolls in both directions, by what it is. */
const sideways = (page: Page) => page.evaluate(() => [...document.querySelectorAll('*')].filter((one) => {
  const { overflowX, overflowY } = getComputedStyle(one);
  const goes = (overflow: string, most: number, shown: number) => /auto|scroll/.test(overflow) && most > shown + 1;
  return goes(overflowX, one.scrollWidth, one.clientWidth) && goes(overflowY, one.scrollHeight, one.clientHeight);
}).map((one) => one.className));

test('at a text size of 200 % nothing scrolls in two directions but grid and pages', async ({ town, context }) => {
  const page = await openPage(context, await worked(town));
  await page.setViewportSize({ width: 1093, height: 550 });
  for (let presses = 0; presses < 10; presses++) await page.keyboard.press('Control++');
  await expect(page.locator('html')).toHaveAttribute('data-layout', 'slim');
  for (const screen of ['home', 'text/i.2', 'conflicts', 'history/pl4.3.2.1', 'submit', 'settings']) {
    await go(page, `#/${PERIOD}/${screen}`);
    await expect(page.locator('main h1, main h2').first()).toBeVisible();
    expect(await sideways(page), screen).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), screen).toBe(true);
  }
});
