// The package for Debian, made of the program that the tests try: what is in it, and that the program starts from where it is unpacked.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, shows, test } from './desk';

const run = promisify(execFile);
const APP = resolve(import.meta.dirname, '..');
const FOLDER = resolve(APP, '../target/debug/bundle/deb');

test('the package brings the program, its entry and what an invitation is, and the program starts from there', async ({ town, desk }) => {
  await run('npm', ['run', 'bundle', '--', '--debug'], { cwd: APP });
  const made = join(FOLDER, readdirSync(FOLDER).find((name) => name.endsWith('.deb'))!);
  const { stdout: control } = await run('dpkg-deb', ['--field', made]);
  expect(control).toMatch(/^Package: hopluu-desktop$/m);
  expect(control).toMatch(/^Maintainer: /m);
  const [, needed] = /^Depends: (.*)$/m.exec(control)!;
  // The tray's library is loaded when it is wanted: nothing but this line brings it.
  for (const library of ['libwebkit2gtk-4.1-0', 'libgtk-3-0', 'libayatana-appindicator3-1']) expect(needed!.split(/, /)).toContain(library);

  const root = join(town.dir, 'root');
  mkdirSync(root);
  await run('dpkg-deb', ['--extract', made, root]);
  const read = (path: string) => readFileSync(join(root, 'usr', path), 'utf8');
  const entry = new Map(read('share/applications/hopluu-desktop.desktop').split('\n').map((line) => line.split(/=(.*)/s) as [string, string]));
  expect(entry.get('Name')).toBe('Hợp Lưu');
  expect(entry.get('Comment')).toBe('Báo cáo cải cách hành chính, cả khi không có mạng');
  expect(entry.get('Exec')).toBe('hopluu-desktop %f');
  expect(entry.get('MimeType')).toBe('application/x-hopluu-invitation;');
  expect(read('share/mime/packages/hopluu-invitation.xml')).toMatch(/type="application\/x-hopluu-invitation"[\s\S]*Lời mời Hợp Lưu[\s\S]*pattern="\*\.hopluu-moi"/);
  const icon = entry.get('Icon')!;
  const sizes = readdirSync(join(root, 'usr/share/icons/hicolor'));
  expect(sizes).toContain('128x128');
  for (const size of sizes) expect(readdirSync(join(root, 'usr/share/icons/hicolor', size, 'apps'))).toContain(`${icon}.png`);
  expect(read('share/doc/hopluu-desktop/copyright')).toContain('Apache License');

  desk.program = join(root, 'usr/bin/hopluu-desktop');
  const window = await desk.open(town.machine('quay-1'));
  await shows(window.view, 'Lời mời');
  expect(await window.close()).toBe(0);
});
