import { expect, input, line, openPage, tabTo, test } from './office';

test('an office does its quarter by keyboard alone, from the invitation to the receipt', async ({ town, context }) => {
  const office = town.machine('quay-2');
  await office.serve();
  const page = await openPage(context, office);
  const { keyboard } = page;

  await tabTo(page, 'Lời mời');
  await keyboard.insertText(await town.invitation('19996'));
  await tabTo(page, 'Xem lời mời');
  await keyboard.press('Enter');
  await expect(page.getByText('Đây có đúng là trung tâm tổng hợp của bạn không?')).toBeVisible();
  await tabTo(page, 'Đúng sáu từ, tiếp tục');
  await keyboard.press('Enter');
  await tabTo(page, 'Tên máy');
  await keyboard.type('máy Quầy 2');
  await keyboard.press('Tab');
  await keyboard.type('Nguyễn Thị Lan');
  await keyboard.press('Enter');

  await expect(page.getByText('23 ô chưa báo cáo')).toBeVisible();
  await tabTo(page, 'Nhập tiếp');
  await keyboard.press('Enter');
  await expect(input(page)).toBeFocused();
  // The first three as there were none, the others with a number; F8 leads to what is missing.
  for (let at = 0; at < 23; at++) {
    const before = await input(page).getAttribute('aria-activedescendant');
    await keyboard.type(at < 3 ? 'k' : '1');
    await keyboard.press('F8');
    if (at < 22) await expect(input(page)).not.toHaveAttribute('aria-activedescendant', before!);
  }
  await keyboard.press('Control+k');
  await keyboard.type('Nội dung');
  await keyboard.press('Enter');
  const editor = page.locator('.ProseMirror');
  await expect(editor).toBeVisible();
  for (let presses = 0; presses < 8 && !(await editor.evaluate((element) => element === document.activeElement)); presses++) await keyboard.press('F6');
  await expect(editor).toBeFocused();
  await keyboard.type('Đã ban hành kế hoạch cải cách hành chính.');
  await expect(page.getByText('9 từ')).toBeVisible();
  await expect(page.locator('.foot')).toContainText('Đã lưu trên máy này');

  await keyboard.press('Control+k');
  await keyboard.type('Nộp báo cáo');
  await keyboard.press('Enter');
  await expect(page.getByText('23 trên 23 ô số liệu đã báo cáo')).toBeVisible();
  await expect(page.getByText('Không còn gì cản việc nộp')).toBeVisible();
  await tabTo(page, 'Tôi đã xem');
  await keyboard.press('Space');
  await tabTo(page, 'Ký và nộp lần 1');
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Biên nhận lần nộp 1' })).toBeVisible();
  await expect(page.locator('.receipt')).toContainText(/Đã nhận, chờ xem xét|Đã chấp nhận/);
  await expect(line(page)).toContainText('Mọi thay đổi đã tới trung tâm tổng hợp');
});
