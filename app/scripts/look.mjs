// Looks at every screen with the in-memory node, in both themes and languages: pictures into a folder, and axe's findings.
// `npm run look -- FOLDER` wants Chromium at CHROMIUM or /usr/bin/chromium. Ends with 1 when axe finds something serious or worse.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { openFake } from './page.mjs';

const folder = process.argv[2];
if (!folder) throw new Error('npm run look -- FOLDER');
mkdirSync(folder, { recursive: true });

const SCREENS = {
  home: '#/2023-q1/home', figures: '#/2023-q1/figures/pl4/pl4.3.1.2', text: '#/2023-q1/text/ii.2.c', conflicts: '#/2023-q1/conflicts',
  history: '#/2023-q1/history/pl4.3.1.1', submit: '#/2023-q1/submit', settings: '#/2023-q1/settings', start: '',
};
const SIZES = [{ width: 1366, height: 688 }, { width: 1920, height: 1040 }];

const { base, browser, close } = await openFake();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let grave = 0;

for (const language of ['vi', 'en']) {
  for (const theme of ['light', 'dark']) {
    for (const [name, hash] of Object.entries(SCREENS)) {
      // A page of its own, so that nothing of one screen stays in the next.
      const page = await browser.newPage({ viewport: SIZES[0] });
      page.on('pageerror', (error) => {
        grave++;
        console.log(name, error.message);
      });
      await page.goto(base + (hash || '?start=1'));
      await page.waitForSelector('main');
      await page.evaluate(([language, theme]) => {
        fake.settings = { ...fake.settings, language, theme };
        fake.tell('settings');
      }, [language, theme]);
      await page.waitForFunction(([language, theme]) => document.documentElement.lang === language && document.documentElement.dataset.theme === theme, [language, theme]);
      await page.evaluate(() => document.fonts.ready);
      for (const size of SIZES) {
        await page.setViewportSize(size);
        await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
        await page.screenshot({ path: join(folder, `${name}-${language}-${theme}-${size.width}.png`) });
      }
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run());
      for (const { id, impact, nodes } of violations) {
        if (impact === 'serious' || impact === 'critical') grave++;
        console.log(name, language, theme, impact, id, nodes[0].html.slice(0, 160));
      }
      await page.close();
    }
  }
}
await close();
process.exit(grave > 0 ? 1 : 0);
