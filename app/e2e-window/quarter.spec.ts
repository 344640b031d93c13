import { expect, PERIOD, SAVED, active, openFigures, shown, shows, stored, tabTo, test } from './desk';

const CELL = 'pl4.3.2.1';

test('a machine on which nothing is yet joins, does its quarter by keyboard and has the receipt', async ({ town, desk }) => {
  const office = town.machine('quay-1');
  const window = await desk.open(office);
  const { view } = window;
  await shows(view, 'Lời mời');
  // The page's own letters, Vietnamese ones too, and nothing from elsewhere.
  expect(await view.run(() => [location.protocol, document.documentElement.lang])).toEqual(['hopluu:', 'vi']);
  await expect.poll(() => view.run(() => [...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family))).toContainEqual(expect.stringContaining('IBM Plex Sans'));

  await tabTo(view, 'Lời mời');
  await view.type(await town.invitation('19996'));
  await tabTo(view, 'Xem lời mời');
  await view.press('Enter');
  await shows(view, 'Đây có đúng là trung tâm tổng hợp của bạn không?');
  await tabTo(view, 'Đúng sáu từ, tiếp tục');
  await view.press('Enter');
  await tabTo(view, 'Tên máy');
  await view.type('máy Quầy 1');
  await view.press('Tab');
  await view.type('Nguyễn Thị Lan');
  await view.press('Enter');

  await shows(view, '23 ô chưa báo cáo');
  await tabTo(view, 'Nhập tiếp');
  await view.press('Enter');
  await expect.poll(() => active(view)).not.toBeNull();
  for (let at = 0; at < 23; at++) {
    const before = await active(view);
    await view.type(at < 3 ? 'k' : '1');
    await view.press('F8');
    if (at < 22) await expect.poll(() => active(view)).not.toBe(before);
  }
  await view.go(`#/${PERIOD}/text/i.2`);
  await expect.poll(() => view.run(() => document.querySelector('.ProseMirror') !== null)).toBe(true);
  for (let presses = 0; presses < 8 && !(await view.run(() => document.activeElement!.matches('.ProseMirror'))); presses++) await view.press('F6');
  await view.type('Đã ban hành kế hoạch.');
  await shows(view, 'Đã lưu trên máy này', '.foot');
  expect((await view.text('.ProseMirror')).trim()).toBe('Đã ban hành kế hoạch.');

  await view.go(`#/${PERIOD}/submit`);
  await shows(view, '23 trên 23 ô số liệu đã báo cáo');
  await shows(view, 'Không còn gì cản việc nộp');
  await tabTo(view, 'Tôi đã xem');
  await view.press('Space');
  await tabTo(view, 'Ký và nộp lần 1');
  await view.press('Enter');
  await shows(view, /Đã nhận, chờ xem xét|Đã chấp nhận/, '.receipt');
  await shows(view, 'Mọi thay đổi đã tới trung tâm tổng hợp', '.status-line');

  expect(await window.close()).toBe(0);
  expect(await office.run('text', PERIOD, 'i.2')).toContain('Đã ban hành kế hoạch.');
});

test('a figure that is typed says where it is saved: here, and at the hub when that is reached', async ({ town, desk }) => {
  const office = await town.office('quay-1', '19996');
  const { view } = await desk.open(office);
  await shows(view, 'Mọi thay đổi đã tới trung tâm tổng hợp', '.status-line');
  await openFigures(view, CELL);
  await town.hub.kill();
  await view.type('318');
  await view.press('Enter');
  await expect.poll(() => shown(view, CELL)).toMatchObject({ value: '318', says: expect.stringContaining('Đã lưu trên máy này') });
  await town.startHub();
  await expect.poll(() => shown(view, CELL), { timeout: 90_000 }).toMatchObject({ says: expect.stringContaining('UBND thị xã đã nhận') });
  await shows(view, 'Mọi thay đổi đã tới trung tâm tổng hợp', '.status-line');
});

test('a keyboard of the system types into the grid, and browser keys do nothing', async ({ town, desk }) => {
  const office = await town.office('quay-1', '19996');
  const window = await desk.open(office);
  const { view } = window;
  await openFigures(view, CELL);
  await desk.keys('windowfocus', String(await window.id()));
  await view.run(() => void Object.assign(globalThis, { isTheSamePage: true }));
  // Reload, print, find, zoom.
  await desk.keys('key', 'F5', 'ctrl+r', 'ctrl+p', 'ctrl+f', 'ctrl+plus');
  await desk.keys('type', '--delay', '1', '318');
  await desk.keys('key', 'Return');
  await expect.poll(() => shown(view, CELL)).toMatchObject({ value: '318', says: expect.stringMatching(SAVED) });
  expect(await view.run(() => [(globalThis as { isTheSamePage?: boolean }).isTheSamePage, location.href])).toEqual([true, expect.stringMatching(/^hopluu:/)]);
  expect(await window.close()).toBe(0);
  expect(await stored(office, CELL)).toBe(318);
});
