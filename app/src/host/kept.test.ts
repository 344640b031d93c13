// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';

/** Names that windows hold. A request for one that is held waits until it is given up on. */
function fakeLocks(held: Set<string>) {
  return {
    request: (name: string, options: { signal?: AbortSignal }, work: () => Promise<unknown>) => {
      if (!held.has(name)) {
        held.add(name);
        return work();
      }
      return new Promise((_, reject) => options.signal?.addEventListener('abort', () => reject(new Error('given up'))));
    },
  } as unknown as LockManager;
}

/** A window of the page: its modules are its own. */
async function open(locks: LockManager) {
  vi.resetModules();
  const kept = await import('./kept');
  await kept.claim(locks);
  return kept;
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

describe('what windows keep', () => {
  it('has a place of its own also in a window that was duplicated', async () => {
    const held = new Set<string>();
    const first = await open(fakeLocks(held));
    // A duplicated window begins with the same sessionStorage.
    const second = await open(fakeLocks(held));
    first.keepEdits('x', [1]);
    second.keepEdits('x', [2]);
    second.keepEdits('x', []);
    expect(first.keptHere('x')).toEqual([1]);
  });

  it('is found again after a reload', async () => {
    (await open(fakeLocks(new Set()))).keepEdits('x', [1]);
    expect((await open(fakeLocks(new Set()))).keptHere('x')).toEqual([1]);
  });

  it('is nothing where the browser forbids storage, and the page begins all the same', async () => {
    const forbidden = vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new Error('forbidden');
    });
    const kept = await open(fakeLocks(new Set()));
    expect(kept.keptHere('x')).toEqual([]);
    forbidden.mockRestore();
  });
});
