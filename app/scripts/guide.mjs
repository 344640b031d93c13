// The pictures of the officer's guide, with the in-memory node in the state that the guide tells of.
// `npm run guide`, or `npm run guide -- FOLDER`. ImageMagick makes them small where it is installed.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openFake } from './page.mjs';

const folder = process.argv[2] ?? '../docs/images/huong-dan';
mkdirSync(folder, { recursive: true });
const { base, browser, close } = await openFake();

async function picture(name, address, prepare) {
  const page = await browser.newPage({ viewport: { width: 1366, height: 688 }, locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh' });
  page.setDefaultTimeout(10_000);
  // A day on which the periods of the in-memory node begin and end as the real ones did.
  await page.clock.setFixedTime(new Date('2023-03-10T10:26:00+07:00'));
  await page.goto(base + address);
  await page.waitForSelector('main');
  await page.evaluate(() => {
    // The status says what the figures say: a conflict that was settled counts no more, and who has not joined met nobody.
    const answer = fake.answer.bind(fake);
    fake.answer = (call) => {
      const told = answer(call);
      if (!call.path.endsWith('/status')) return told;
      const conflicts = fake.figures.view().cells.filter((cell) => cell.entries.length > 1).length;
      const line = fake.joined ? told.line : { ...told.line, last_contact: null };
      return { ...told, line, periods: told.periods.map((one) => (one.period === '2023-q1' ? { ...one, conflicts } : one)) };
    };
    fake.tell('status');
    fake.settings = { ...fake.settings, language: 'vi', theme: 'light' };
    fake.tell('settings');
  });
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'light');
  await page.evaluate(() => document.fonts.ready);
  await prepare?.(page);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  const file = join(folder, `${name}.png`);
  await page.screenshot({ path: file });
  spawnSync('convert', [file, '+dither', '-colors', '96', '-strip', '-define', 'png:compression-level=9', `PNG8:${file}`]);
  await page.close();
}

const button = (page, name) => page.getByRole('button', { name, exact: true });

/** Enters what the node lacks, so that nothing hinders the submission. */
const fillAll = (page) => page.evaluate(() => {
  const rows = fake.figures.form.appendices.flatMap((one) => one.rows).filter((row) => row.kind === 'typed');
  const value = (row) => (row.value_type === 'flag' || row.value_type === 'choice' || row.choices.length > 0 ? '1' : '2');
  const told = new Map(fake.figures.view().cells.map((cell) => [cell.id, cell]));
  const open = rows.filter((row) => {
    const cell = told.get(row.id);
    return !cell || cell.entries.length !== 1 || cell.draft;
  });
  fake.answer({ method: 'POST', path: '/api/periods/2023-q1/edits', query: { person: 'Nguyễn Thị Hạnh' }, body: { edits: open.map((row) => ({ id: row.id, value: row.id === 'pl4.3.1.1' ? '855' : value(row) })) } });
  fake.figures.sendAll();
  fake.tell('status');
  fake.tell('figures/2023-q1');
});

await picture('bat-dau', '?start=1', async (page) => {
  await page.getByRole('textbox').fill('HOPLUU-MOI');
  await button(page, 'Xem lời mời').click();
  await button(page, 'Đúng sáu từ, tiếp tục').waitFor();
});
await picture('tong-quan', '#/2023-q1/home');
await picture('so-lieu', '#/2023-q1/figures/pl4/pl4.3.1.2');
await picture('dan-tu-excel', '#/2023-q1/figures/pl4/pl4.2.1', async (page) => {
  await page.locator('[data-row]').first().waitFor();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', '1.4.2\t396\n2.1\tkhông có\n2.2\t46 TTHC\n2.3\t12,5\n3.1.2\t1.820\n9.9\t7');
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await page.getByRole('dialog').waitFor();
});
await picture('noi-dung', '#/2023-q1/text/ii.2.c', (page) => page.locator('.editor p').first().waitFor());
await picture('mau-thuan', '#/2023-q1/conflicts');
await picture('lich-su', '#/2023-q1/history/pl4.3.1.2', async (page) => {
  await page.evaluate(() => {
    fake.answer({ method: 'POST', path: '/api/periods/2023-q1/edits', query: { person: 'Trần Văn Minh' }, body: { edits: [{ id: 'pl4.3.1.2', value: '826' }] } });
    fake.tell('figures/2023-q1');
  });
  await page.getByRole('radio').nth(1).check();
});
await picture('nop-bao-cao', '#/2023-q1/submit', async (page) => {
  await fillAll(page);
  await page.getByText('Không còn gì cản việc nộp').waitFor();
  await page.getByRole('checkbox').check();
  await button(page, 'Ký và nộp lần 1').click();
  await page.getByText('Biên nhận lần nộp 1').waitFor();
});
await close();
