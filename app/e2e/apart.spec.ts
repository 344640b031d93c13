import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, go, line, openPage, test } from './office';
import { PERIOD, type Program, type Town } from './town';

const SECTION = 'ii.2.c';
const BEFORE = 'Mở 2 lớp tập huấn cho 80 cán bộ.\nKhông có hồ sơ trễ hạn.';

async function writes(town: Town, office: Program, text: string): Promise<void> {
  const file = join(town.dir, 'text.txt');
  writeFileSync(file, text);
  await office.run('text', PERIOD, SECTION, file);
}

/** Two machines that have the same text, and a page of one of them; then both change its first paragraph without a hub between. */
async function apart(town: Town, here: Program, there: Program, open: () => Promise<Page>): Promise<Page> {
  await here.serve();
  await writes(town, here, BEFORE);
  const page = await open();
  await expect(line(page)).toContainText('Mọi thay đổi đã tới trung tâm tổng hợp');
  await there.run('sync');
  await town.hub.kill();
  await writes(town, here, BEFORE.replace('2 lớp', '3 lớp'));
  await writes(town, there, BEFORE.replace('80 cán bộ', '95 cán bộ'));
  await town.startHub();
  await there.run('sync');
  return page;
}

const badge = (page: Page) => page.getByRole('navigation').locator('.badge');
const torn = (page: Page) => page.getByRole('region', { name: 'Đoạn này có hai cách viết' });

test('a paragraph that two machines changed apart is told, and chosen for both', async ({ town, context }) => {
  const [here, there] = [await town.office('quay-1', '19996'), await town.office('quay-2', '19996')];
  const page = await apart(town, here, there, () => openPage(context, here, `#/${PERIOD}/submit`));
  await expect(badge(page)).toHaveText('1', { timeout: 90_000 });
  // The submission waits for the choice, and leads to it.
  await page.locator('.hindrances > li').filter({ hasText: 'do hai người cùng sửa' }).getByRole('link').click();
  await expect(torn(page)).toContainText('Mở 3 lớp tập huấn cho 80 cán bộ.');
  await expect(torn(page)).toContainText('Mở 2 lớp tập huấn cho 95 cán bộ.');
  await expect(torn(page)).toContainText('Mở 3 lớp tập huấn cho 95 cán bộ.');
  await torn(page).locator('.ways > div').filter({ hasText: 'Mở 2 lớp' }).getByRole('button').click();
  await expect(torn(page)).toHaveCount(0);
  await expect(badge(page)).toHaveCount(0);
  await expect.poll(() => here.run('text', PERIOD, SECTION)).toContain('Mở 2 lớp tập huấn cho 95 cán bộ.\nKhông có');
  await expect(line(page)).toContainText('Mọi thay đổi đã tới trung tâm tổng hợp');
  await there.run('sync');
  expect(await there.json('conflicts', PERIOD)).toEqual([]);
  expect(await there.run('text', PERIOD, SECTION)).toContain('Mở 2 lớp tập huấn cho 95 cán bộ.');
});

test('the merged paragraph is marked in the text, stays in conflict while other paragraphs are written, and can be kept', async ({ town, context }) => {
  const [here, there] = [await town.office('quay-1', '19996'), await town.office('quay-2', '19996')];
  const page = await apart(town, here, there, () => openPage(context, here, `#/${PERIOD}/text/${SECTION}`));
  const editor = page.getByRole('textbox', { name: 'Tình hình và kết quả giải quyết TTHC' });
  await expect(torn(page)).toBeVisible({ timeout: 90_000 });
  await expect(editor.locator('.torn')).toHaveText('Mở 3 lớp tập huấn cho 95 cán bộ.');
  // The second paragraph is nobody's conflict.
  await editor.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' Đạt 100%.');
  await expect(page.locator('.foot')).toContainText('Đã lưu trên máy này');
  await expect(torn(page)).toBeVisible();
  await torn(page).getByRole('button', { name: 'Giữ đoạn đã gộp' }).click();
  await expect(torn(page)).toHaveCount(0);
  await expect(editor).toContainText('Mở 3 lớp tập huấn cho 95 cán bộ.');
  await expect.poll(() => here.json('conflicts', PERIOD)).toEqual([]);
  await go(page, `#/${PERIOD}/conflicts`);
  await expect(page.getByText('Không có mâu thuẫn.')).toBeVisible();
});

test('a text that nobody has begun is not said to be saved', async ({ town, context }) => {
  const office = await town.office('quay-1', '19996');
  await office.serve();
  const page = await openPage(context, office, `#/${PERIOD}/text/${SECTION}`);
  await expect(page.locator('.foot')).toContainText('Chưa viết gì');
  await page.getByRole('textbox', { name: 'Tình hình' }).click();
  await page.keyboard.type('Đã');
  await expect(page.locator('.foot')).toContainText('Đã lưu trên máy này');
});
