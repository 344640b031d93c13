// @vitest-environment happy-dom
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';

beforeEach(() => localStorage.clear());

async function begun() {
  vi.resetModules();
  const [{ panelOf, NARROWEST, WIDEST }, { layout }] = await Promise.all([import('./panels.svelte'), import('./layout.svelte')]);
  return { panelOf, layout, NARROWEST, WIDEST };
}

describe('a side panel', () => {
  it('is as wide as it was left, within what the design allows', async () => {
    const { NARROWEST, WIDEST } = await begun();
    await fc.assert(fc.asyncProperty(fc.double({ min: -1e4, max: 1e4, noNaN: true }), async (width) => {
      (await begun()).panelOf('figures', 284).resize(width);
      const { panelOf } = await begun();
      expect(panelOf('figures', 284).width).toBe(Math.round(Math.max(NARROWEST, Math.min(WIDEST, width))));
      expect(panelOf('pages', 300).width).toBe(300);
    }), { numRuns: 25 });
  });

  it('stays closed when it was closed, and opens again', async () => {
    (await begun()).panelOf('figures', 284).toggle();
    const { panelOf } = await begun();
    const panel = panelOf('figures', 284);
    expect(panel.shown).toBe(false);
    panel.toggle();
    expect(panel.shown).toBe(true);
  });

  it('lies over the work in a small window, closed until it is asked for, and forgets that', async () => {
    const { panelOf, layout } = await begun();
    const panel = panelOf('figures', 284);
    layout.kind = 'narrow';
    expect([panel.over, panel.shown]).toEqual([true, false]);
    panel.toggle();
    expect(panel.shown).toBe(true);
    layout.kind = 'full';
    panel.toggle();
    expect(panel.shown).toBe(false);
    layout.kind = 'wide';
    expect((await begun()).panelOf('figures', 284).shown).toBe(false);
  });
});
