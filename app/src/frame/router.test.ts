// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';

beforeEach(() => {
  localStorage.clear();
  location.hash = '';
  vi.resetModules();
});

/** The page as it begins anew at an address. */
async function opened(hash: string) {
  vi.resetModules();
  history.replaceState(null, '', hash || '#');
  return import('./router.svelte');
}

describe('an address', () => {
  it('begins where one was the last time', async () => {
    const before = await opened('#/2023-q1/figures');
    before.note('2023-q1', 'figures', 'pl4', 'pl4.3.2.1');
    const after = await opened('');
    expect(after.here()).toEqual({ period: '2023-q1', screen: 'figures', rest: ['pl4', 'pl4.3.2.1'] });
    expect(after.isFromLastTime()).toBe(true);
    expect(location.hash).toBe('#/2023-q1/figures/pl4/pl4.3.2.1');
  });

  it('that somebody asks for comes before the last one', async () => {
    (await opened('')).note('2023-q1', 'figures', 'pl4', 'pl4.3.2.1');
    const after = await opened('#/2023-q2/submit');
    expect(after.here()).toEqual({ period: '2023-q2', screen: 'submit', rest: [] });
    expect(after.isFromLastTime()).toBe(false);
  });

  it('leads back to the cell and the section of its period', async () => {
    const router = await opened('');
    router.note('2023-q1', 'figures', 'pl4', 'pl4.3.2.1');
    router.note('2023-q1', 'text', 'i.2');
    router.note('2023-q2', 'figures', 'pl2', 'pl2.1');
    router.note('2023-q1', 'home');
    expect(router.lastAt('2023-q1', 'figures')).toEqual(['pl4', 'pl4.3.2.1']);
    expect(router.lastAt('2023-q1', 'text')).toEqual(['i.2']);
    expect(router.lastAt('2023-q2', 'figures')).toEqual(['pl2', 'pl2.1']);
    expect(router.lastAt('2023-q2', 'text')).toEqual([]);
  });

  it('is read however somebody mistyped it', async () => {
    const { parse } = await opened('');
    expect(parse('#/2023-q1/nowhere/%E0%A4%A/%20')).toEqual({ period: '2023-q1', screen: 'home', rest: ['%E0%A4%A', ' '] });
  });
});
