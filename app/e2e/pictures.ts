// Pictures of every screen of a real office, in both languages, themes and sizes: `npm run pictures -- FOLDER`. With `--few`
// only those that the documents show.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, go, openPage, test } from './office';
import { SCREENS, dress, worked } from './screens';

const folder = process.env.PICTURES ?? '';
const few = process.env.FEW === '1';
const SIZES = [{ width: 1366, height: 688 }, { width: 1920, height: 1040 }];

test.skip(!folder, 'npm run pictures -- FOLDER');

test('pictures of every screen', async ({ town, context }) => {
  mkdirSync(folder, { recursive: true });
  const page = await openPage(context, await worked(town));
  const fresh = town.machine('fresh');
  await fresh.serve();
  const start = await openPage(context, fresh);
  await start.locator('textarea').fill(await town.invitation('19996'));
  await start.locator('.step .btn.filled').click();
  await expect(start.locator('.words b')).toHaveCount(6);
  for (const language of few ? (['vi'] as const) : (['vi', 'en'] as const)) {
    for (const theme of ['light', 'dark'] as const) {
      await dress(page, language, theme);
      await dress(start, language, theme);
      for (const size of few ? SIZES.slice(0, 1) : SIZES) {
        const name = (screen: string) => join(folder, `${screen}${few ? (theme === 'dark' ? '-dark' : '') : `-${language}-${theme}-${size.width}`}.png`);
        await page.setViewportSize(size);
        for (const [screen, { hash, shows }] of Object.entries(SCREENS)) {
          if (few && theme === 'dark' && screen !== 'figures') continue;
          await go(page, hash);
          await expect(page.locator(shows).first()).toBeVisible();
          await page.evaluate(() => document.fonts.ready);
          await page.screenshot({ path: name(screen), animations: 'disabled', caret: 'hide' });
        }
        if (few && theme === 'dark') continue;
        await start.setViewportSize(size);
        await start.screenshot({ path: name('start'), animations: 'disabled', caret: 'hide' });
      }
    }
  }
});
