import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
// @ts-expect-error a script without types
import { keysFile, messages } from '../../scripts/words.mjs';

const at = (path: string) => join(import.meta.dirname, '../..', path);
const read = (path: string) => readFileSync(at(path), 'utf8');
const vietnamese: Map<string, string[]> = messages(read('words/vi.ftl'));
const english: Map<string, string[]> = messages(read('words/en.ftl'));

function sources(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sources(path);
      return /\.(ts|svelte)$/.test(entry.name) && entry.name !== 'keys.ts' ? readFileSync(path, 'utf8') : '';
    })
    .join('\n');
}

describe('the catalogues', () => {
  it('say the same things with the same facts', () => {
    expect([...english].sort()).toEqual([...vietnamese].sort());
  });

  it('have no key that nothing says', () => {
    const code = sources(at('src'));
    const made = (key: string) => key.startsWith('nav-') && code.includes('nav-${');
    expect([...vietnamese.keys()].filter((key) => !code.includes(`'${key}'`) && !made(key))).toEqual([]);
  });

  it('have their keys in keys.ts as it is committed', () => {
    expect(read('src/words/keys.ts')).toBe(keysFile(read('words/vi.ftl')));
  });

  it('are composed (NFC)', () => {
    for (const path of ['words/vi.ftl', 'words/en.ftl']) expect(read(path)).toBe(read(path).normalize('NFC'));
  });
});
