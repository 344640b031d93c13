// What the tests share: a town for each, and a page that must not fail on its own.
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { Town, type Program } from './town';

export { expect };

export const test = base.extend<{ town: Town }>({
  // The framework wants the braces to see what is asked for.
  // eslint-disable-next-line no-empty-pattern
  town: async ({}, use) => {
    const town = await Town.found();
    await use(town);
    await town.end();
  },
});

/** Opens an office's page in a browser, as `hopluu open` does. */
export async function openPage(context: BrowserContext, office: Program, hash = ''): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(await office.link());
  await expect(page.locator('main')).toBeVisible();
  if (hash) await go(page, hash);
  return page;
}

/** Goes to an address within the page. */
export async function go(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => (location.hash = to), hash);
}

/** Opens the figures at a cell, with the input over it. */
export async function openFigures(page: Page, appendix: string, cell: string): Promise<void> {
  await go(page, `#/2023-q1/figures/${appendix}/${cell}`);
  await expect(page.locator('#figures-grid')).toBeVisible();
  await expect(input(page)).toBeFocused();
  await expect(input(page)).toHaveAttribute('aria-activedescendant', `cell-${cell}`);
}

export const input = (page: Page) => page.locator('.active input');
export const cell = (page: Page, id: string) => page.locator(`[id="cell-${id}"]`);
/** A cell's row, with the sentence about its state. */
export const row = (page: Page, id: string) => page.getByRole('row').filter({ has: cell(page, id) });
/** The sentence that says where the data is. */
export const line = (page: Page) => page.locator('.status-line');

/** Presses Tab until what has the focus has this name, as a person does who has no mouse. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
      return [element?.getAttribute('aria-label'), ...labels.map((label) => label.innerText), element?.innerText].filter(Boolean).join(' ').trim();
    });
    if (focused.startsWith(name)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to “${name}”`);
}
