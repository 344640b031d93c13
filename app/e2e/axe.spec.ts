import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from '@playwright/test';
import { expect, go, openPage, test } from './office';
import { SCREENS, dress, worked } from './screens';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds that keeps somebody from using the page. */
async function grave(page: Page): Promise<string[]> {
  // Given by the debugger: the page's policy lets no other script in.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run());
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

for (const language of ['vi', 'en'] as const) {
  for (const theme of ['light', 'dark'] as const) {
    test(`axe finds nothing serious on any screen (${language}, ${theme})`, async ({ town, context }) => {
      const page = await openPage(context, await worked(town));
      await dress(page, language, theme);
      for (const [screen, { hash, shows }] of Object.entries(SCREENS)) {
        await go(page, hash);
        await expect(page.locator(shows).first()).toBeVisible();
        await expect(page.locator('nav [aria-current="page"]')).toHaveAttribute('href', new RegExp(`/${screen}$`));
        expect(await grave(page), screen).toEqual([]);
      }
      const fresh = town.machine('fresh');
      await fresh.serve();
      const start = await openPage(context, fresh);
      await dress(start, language, theme);
      expect(await grave(start), 'start').toEqual([]);
    });
  }
}
