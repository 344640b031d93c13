// A window with nothing in it, beside which ours is measured: WebKitGTK's own small browser with an empty page.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { Desk } from './desk';
import { View, freePort } from './driver';
import { pss } from './memory';

/** Starts it, and ends it. Milliseconds until its page answers; bytes that it then needs. */
export async function spawnBare(desk: Desk): Promise<{ usable: number; memory: number }> {
  const inspector = await freePort();
  const begun = performance.now();
  const process_ = spawn(browser(), ['--automation'], { stdio: 'ignore', env: { ...desk.environment(), WEBKIT_INSPECTOR_SERVER: `127.0.0.1:${inspector}` } });
  const view = await View.join(inspector, () => process_.exitCode === null);
  await view.run(() => document.readyState);
  const usable = performance.now() - begun;
  const memory = pss(process_.pid!).all;
  const ended = once(process_, 'exit');
  process_.kill('SIGKILL');
  await ended;
  view.leave();
  return { usable, memory };
}

function browser(): string {
  const libraries = readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/webkit2gtk-4.1`);
  const folder = libraries.find((path) => {
    try {
      return readdirSync(path).includes('MiniBrowser');
    } catch {
      return false;
    }
  });
  if (!folder) throw new Error('MiniBrowser is missing (Debian: webkit2gtk-driver)');
  return `${folder}/MiniBrowser`;
}
