// The page over the in-memory node, built and served for a script, with a browser: Chromium at CHROMIUM or /usr/bin/chromium.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';

export async function openFake() {
  const outDir = mkdtempSync(join(tmpdir(), 'hopluu-page-'));
  await build({ mode: 'fake', logLevel: 'warn', build: { outDir } });
  const server = await preview({ build: { outDir }, preview: { port: 0, host: '127.0.0.1' }, logLevel: 'warn' });
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  const close = async () => {
    await browser.close();
    await server.close();
  };
  return { base: server.resolvedUrls.local[0], browser, close };
}
