// Every screen of an office, with something on each: for axe and for the pictures.
import { expect, type Page } from '@playwright/test';
import { PERIOD, type Program, type Town } from './town';

/** Each screen's address, and what is there when it is all drawn. */
export const SCREENS = {
  home: { hash: `#/${PERIOD}/home`, shows: '.task' },
  figures: { hash: `#/${PERIOD}/figures/pl4/pl4.3.2.2`, shows: '.cell.conflict' },
  text: { hash: `#/${PERIOD}/text/i.2`, shows: '.ProseMirror' },
  conflicts: { hash: `#/${PERIOD}/conflicts`, shows: '.choices section .value' },
  history: { hash: `#/${PERIOD}/history/pl4.3.2.1`, shows: '[name="entry"]' },
  pages: { hash: `#/${PERIOD}/pages`, shows: 'figure.drawn' },
  submit: { hash: `#/${PERIOD}/submit`, shows: '.check' },
  settings: { hash: `#/${PERIOD}/settings`, shows: '.people' },
};

/** An office in the midst of its quarter: values here and at the hub, a conflict, a note, a rule that is broken. */
export async function worked(town: Town): Promise<Program> {
  const here = await town.office('quay-1', '19996');
  const there = await town.office('quay-2', '19996');
  const set = (office: Program, cell: string, ...value: string[]) => office.run('set', PERIOD, cell, ...value);
  for (const [cell, value] of [['pl4.1.4.3', '127'], ['pl4.3.2.1', '855'], ['pl2.3.3.2', 'kps'], ['pl2.5', '1'], ['ii2b.nx', '127']]) await set(here, cell!, value!);
  await here.run('sync');
  await set(here, 'pl4.3.2.1', '318');
  await set(here, 'pl4.3.2.2', '320');
  await set(here, 'pl4.3.3.1', '38');
  await set(there, 'pl4.3.3.1', '41');
  await there.run('sync');
  await here.run('sync');
  await set(here, 'pl4.3.3.2', '38');
  await here.serve();
  return here;
}

/** Sets language and theme, and waits until the page wears them. */
export async function dress(page: Page, language: 'vi' | 'en', theme: 'light' | 'dark'): Promise<void> {
  await page.evaluate(async (wanted) => {
    const settings = (await (await fetch('/api/settings')).json()) as object;
    await fetch('/api/settings', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...settings, ...wanted, person: 'Nguyễn Thị Lan', people: ['Nguyễn Thị Lan'] }) });
  }, { language, theme });
  await expect(page.locator('html')).toHaveAttribute('lang', language);
  await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
}
