import { expect, go, openPage, tabTo, test } from './office';
import { worked } from './screens';
import { PERIOD } from './town';

const picture = (number: number) => `#page-${number} img`;

test('the report is seen before it is handed in, by keyboard, in a small window', async ({ town, context }) => {
  const office = await worked(town);
  const page = await openPage(context, office);
  await page.setViewportSize({ width: 1093, height: 550 });
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/pages/')) asked.push(request.url());
  });
  await tabTo(page, 'Xem báo cáo');
  await page.keyboard.press('Enter');
  const column = page.getByRole('region', { name: 'Các trang của báo cáo' });
  await expect(page.locator('figure.drawn').first()).toBeVisible();
  await expect(page.locator('#page-1 figcaption')).toContainText('Dự thảo');
  const pages = await page.locator('figure').count();
  expect(pages).toBeGreaterThan(4);
  // A page is a picture of paper: drawn, upright or across, as fine as the screen.
  const first = await page.locator(picture(1)).evaluate((image: HTMLImageElement) => ({ natural: image.naturalWidth, shown: image.clientWidth }));
  expect(first.natural).toBeGreaterThanOrEqual(first.shown);
  expect(asked.some((url) => url.includes(`/pages/${pages}?`)), 'pages far away are asked for').toBe(false);

  for (let presses = 0; presses < 8 && !(await column.evaluate((element) => element === document.activeElement)); presses++) await page.keyboard.press('F6');
  await expect(column).toBeFocused();
  await page.keyboard.press('PageDown');
  await expect(page.getByLabel('Trang', { exact: true })).toHaveValue('2');
  await page.keyboard.press('End');
  await expect(page.locator(`#page-${pages}.drawn`)).toBeVisible();
  await page.keyboard.press('Home');
  const before = await page.locator('#page-1').evaluate((element) => element.clientWidth);
  await page.keyboard.press('+');
  await expect.poll(() => page.locator('#page-1').evaluate((element) => element.clientWidth)).toBeGreaterThan(before);
  await expect(page.locator('#page-1.drawn')).toBeVisible();
  // Whatever the zoom, only the pages scroll sideways.
  for (let presses = 0; presses < 8; presses++) await page.keyboard.press('+');
  await expect(page.getByRole('combobox', { name: 'Mức thu phóng' })).toHaveValue('200');
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await page.getByLabel('Trang', { exact: true }).fill('3');
  await page.keyboard.press('Enter');
  await expect(page.locator('#page-3')).toBeInViewport();

  // What is to be looked at leads to its page, and to its place.
  await page.getByRole('button', { name: /cần xem lại/i }).click();
  const problems = page.getByRole('complementary', { name: /Cần xem lại/ });
  await problems.getByRole('button', { name: 'trang 5' }).first().click();
  await expect(page.getByLabel('Trang', { exact: true })).toHaveValue('5');
  await expect(page.locator('#page-5')).toBeInViewport();
  await problems.getByRole('link').first().click();
  await expect(page.locator('#figures-grid')).toBeVisible();
});

test('the pages follow what is typed', async ({ town, context }) => {
  const office = await worked(town);
  const page = await openPage(context, office, `#/${PERIOD}/pages`);
  await expect(page.locator('#page-1.drawn')).toBeVisible();
  const digest = () => page.locator(picture(1)).getAttribute('src').then((address) => new URL(address!, 'http://x').searchParams.get('digest'));
  const before = await digest();
  await office.run('set', PERIOD, 'pl4.3.2.1', '412');
  await expect.poll(digest).not.toBe(before);
  await expect(page.locator('#page-1.drawn')).toBeVisible();
  await expect(page.getByRole('complementary', { name: /Cần xem lại/ })).toContainText('15 ô chưa báo cáo');
});

test('a choice says what it makes of what is computed', async ({ town, context }) => {
  const office = await worked(town);
  const page = await openPage(context, office, `#/${PERIOD}/conflicts`);
  const choice = page.locator('.choices section').filter({ has: page.locator('.big', { hasText: '41' }) });
  await expect(choice).toContainText('Nếu chọn, các ô tự tính');
  const computed = await choice.locator('.value b').first().innerText();
  await choice.getByRole('button').click();
  await go(page, `#/${PERIOD}/figures/pl4`);
  await expect(page.locator('#figures-grid').getByText(computed, { exact: true }).first()).toBeVisible();
});
