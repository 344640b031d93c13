import { createServer } from 'node:http';
import { expect, cell, openFigures, openPage, row, test } from './office';
import { PERIOD } from './town';

test('who takes the program’s port is believed nothing and handed nothing', async ({ town, context }) => {
  const office = await town.office('quay-1', '19996');
  await office.serve();
  const page = await openPage(context, office);
  await openFigures(page, 'pl4', 'pl4.3.2.1');
  await page.keyboard.type('855');
  await page.keyboard.press('Enter');
  await expect(row(page, 'pl4.3.2.1')).toContainText(/Đã lưu trên máy này|đã nhận/);

  const port = Number(new URL(page.url()).port);
  await office.kill();
  await page.keyboard.type('318');
  await page.keyboard.press('Enter');
  await expect(row(page, 'pl4.3.2.2')).toContainText('Chưa lưu');
  const [seen, written] = [[] as string[], [] as string[]];
  const stranger = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (request.method !== 'GET') written.push(`${request.method} ${request.url}`);
    if (request.url === '/api/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'hopluu-run': 'a guess' });
      response.write('event: hello\ndata: {"revision":9999999999999,"scope":"all","run":"a guess"}\n\n');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json', 'hopluu-run': 'a guess' });
    response.end('{"revision":9999999999999,"changes":[],"unchanged":[],"questions":[],"refused":[],"skipped":[],"changed_since":[],"cells":[]}');
  });
  await new Promise<void>((listening) => stranger.listen(port, '127.0.0.1', listening));
  await expect.poll(() => seen.length).toBeGreaterThan(3);
  await expect(row(page, 'pl4.3.2.2')).toContainText('Chưa lưu');
  await expect(page.getByRole('alert').first()).toBeVisible();
  await expect(cell(page, 'pl4.3.2.1')).toHaveText('855');
  expect(written).toEqual([]);
  stranger.closeAllConnections();
  await new Promise((closed) => stranger.close(closed));

  // The program is back at its place: the window goes on when it opens another.
  await office.serve();
  await openPage(context, office);
  await expect(row(page, 'pl4.3.2.2')).toContainText(/Đã lưu trên máy này|đã nhận/);
  const told = await office.json<{ cell: { value: unknown } }>('get', PERIOD, 'pl4.3.2.2');
  expect(told.cell.value).toBe(318);
});
