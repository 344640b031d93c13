import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, shows, test } from './desk';
import type { Town } from '../e2e/town';

const COMPARE = 'Đây có đúng là trung tâm tổng hợp của bạn không?';

async function invitationFile(town: Town): Promise<string> {
  const file = join(town.dir, 'Xã Hương Trà.hopluu-moi');
  writeFileSync(file, await town.invitation('19996'));
  return file;
}

test('an invitation that is opened with the program is looked at', async ({ town, desk }) => {
  const { view } = await desk.open(town.machine('quay-1'), await invitationFile(town));
  await shows(view, COMPARE);
});

test('a second start brings the first window and ends; its invitation is looked at there', async ({ town, desk }) => {
  // Longer than the address of a socket may be.
  const office = town.machine('Ủy ban nhân dân xã Bình Thành, '.repeat(4));
  const { view } = await desk.open(office);
  await shows(view, 'Lời mời');
  expect(await desk.start(office).end()).toBe(0);
  expect(await desk.seen()).toBe(1);
  await shows(view, 'Lời mời');
  expect(await desk.start(office, [await invitationFile(town)]).end()).toBe(0);
  await shows(view, COMPARE);
  expect(await desk.seen()).toBe(1);
});

test('a start while the window is closing opens a window of its own', async ({ town, desk }) => {
  const office = await town.office('quay-1', '19996');
  const closing = await desk.open(office);
  await shows(closing.view, '23 ô chưa báo cáo');
  closing.process.kill('SIGTERM');
  const { view } = await desk.open(office);
  expect(await closing.end()).toBe(0);
  await shows(view, '23 ô chưa báo cáo');
  expect(await desk.seen()).toBe(1);
});

test('two offices on one machine have a window each', async ({ town, desk }) => {
  const here = await desk.open(town.machine('quay-1'));
  const there = await desk.open(await town.office('quay-2', '19996'));
  await shows(here.view, 'Lời mời');
  await shows(there.view, '23 ô chưa báo cáo');
  expect(await desk.seen()).toBe(2);
});

test('the window over an office that is served shows it, and goes on by itself when that ends', async ({ town, desk }) => {
  const office = await town.office('quay-1', '19996');
  await office.serve();
  const window = await desk.open(office);
  await shows(window.view, '23 ô chưa báo cáo');
  await office.kill();
  await window.view.run(() => fetch('/api/status').then((answer) => answer.ok));
  await shows(window.view, 'Mọi thay đổi đã tới trung tâm tổng hợp', '.status-line');
  expect(await window.close()).toBe(0);
});
