import { describe, expect, it } from 'vitest';
import { layoutOf } from './layout.svelte';

describe('the layout', () => {
  it('follows the room that window and text size leave', () => {
    expect([100, 120, 130, 150, 160, 200].map((size) => layoutOf(1366, size))).toEqual(['full', 'full', 'narrow', 'narrow', 'slim', 'slim']);
    expect(layoutOf(1093, 100)).toBe('narrow');
    expect(layoutOf(960, 100)).toBe('slim');
    expect([100, 110, 120].map((size) => layoutOf(1920, size))).toEqual(['wide', 'wide', 'full']);
  });

  it('never has more columns for larger text', () => {
    const order = ['slim', 'narrow', 'full', 'wide'];
    for (let width = 800; width <= 2000; width += 37) {
      const kinds = Array.from({ length: 11 }, (_, at) => order.indexOf(layoutOf(width, 100 + at * 10)));
      expect(kinds).toEqual([...kinds].sort((left, right) => right - left));
    }
  });
});
