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
    const { panelOf, NARROWEST, WIDEST } = await begun();
    const panel = panelOf('figures', 284);
    fc.assert(fc.property(fc.double({ min: -1e4, max: 1e4, noNaN: true }), (width) => {
      panel.resize(width);
      expect(panel.width).toBe(Math.round(Math.max(NARROWEST, Math.min(WIDEST, width))));
    }));
    panel.resize(333.4);
    const after = await begun();
    expect(after.panelOf('figures', 284).width).toBe(333);
    expect(after.panelOf('pages', 300).width).toBe(300);
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
