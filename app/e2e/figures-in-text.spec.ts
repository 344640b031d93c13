import { expect, go, openPage, test } from './office';
import { PERIOD } from './town';

const SECTION = 'ii.2.c';
const CELL = 'pl4.3.2.1';

test('a number is put into a text by #, follows its cell, and leaves as a number', async ({ town, context }) => {
  const office = await town.office('quay-1', '19996');
  await office.serve();
  await office.run('set', PERIOD, CELL, '855');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await openPage(context, office, `#/${PERIOD}/text/${SECTION}`);
  const editor = page.locator('.ProseMirror');
  const figure = editor.locator('.figure');
  const picker = page.getByRole('combobox', { name: 'Chèn số liệu (#)' });
  const saved = () => expect(page.locator('.foot')).toContainText('Đã lưu trên máy này');
  await editor.click();
  await page.keyboard.type('Giải quyết #');
  await expect(picker).toBeFocused();
  // By words without tones; leaving writes nothing.
  await picker.fill('giai quyet');
  await expect(page.getByRole('option').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(editor).toBeFocused();
  await page.keyboard.type('#');
  await picker.fill('3.2.1');
  await expect(page.getByRole('option').first()).toContainText('855');
  await page.keyboard.press('Enter');
  await expect(editor).toBeFocused();
  await page.keyboard.type(' hồ sơ');
  await expect(figure).toHaveText('855');
  await saved();
  await expect.poll(() => office.run('text', PERIOD, SECTION)).toContain(`Giải quyết {${CELL}: 855} hồ sơ`);

  await office.run('set', PERIOD, CELL, '1304');
  await expect(figure).toHaveText('1.304');

  // Copied, it is a number; pasted here again, it is the cell.
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('Giải quyết 1.304 hồ sơ');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.type('; ');
  await page.keyboard.press('Control+v');
  await expect(figure).toHaveCount(2);
  await page.keyboard.press('Control+z');
  await expect(figure).toHaveCount(1);

  // Keys take it as one letter.
  await page.keyboard.press('Home');
  for (let letter = 0; letter < 'Giải quyết '.length + 1; letter++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Backspace');
  await expect(figure).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(figure).toHaveText('1.304');
  await saved();

  await page.reload();
  await expect(figure).toHaveText('1.304');
  await figure.click();
  await expect(page).toHaveURL(new RegExp(`figures/pl4/${CELL.replaceAll('.', '\\.')}`));

  // Without a number it is told, in the text and before submitting.
  await office.run('set', PERIOD, CELL, '');
  await go(page, `#/${PERIOD}/text/${SECTION}`);
  await expect(figure).toHaveText('… (chưa báo cáo)');
  await go(page, `#/${PERIOD}/submit`);
  await expect(page.locator('main')).toContainText('lấy số từ ô này');
});
