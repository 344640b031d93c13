import { describe, expect, it } from 'vitest';
import { ZOOMS, drawnWidth, fittingZoom, nextZoom, pictureAddress, shownWidth } from './sizes';

const A4 = 595.28;
const A4_ACROSS = 841.89;

describe('the size of a page', () => {
  it('is paper’s own at 100 %', () => {
    expect(shownWidth(A4, 100)).toBe(794);
    expect(shownWidth(A4_ACROSS, 200)).toBe(2245);
  });

  it('is drawn at least as fine as the screen, within what the node draws', () => {
    for (const points of [A4, A4_ACROSS]) {
      for (const zoom of ZOOMS) {
        for (const ratio of [1, 1.25, 1.5, 2, 3]) {
          const shown = shownWidth(points, zoom);
          const drawn = drawnWidth(shown, ratio);
          expect(drawn).toBeGreaterThanOrEqual(Math.min(3_000, shown * ratio));
          expect(drawn).toBeLessThanOrEqual(3_000);
          expect(drawn).toBeGreaterThanOrEqual(200);
        }
      }
    }
  });

  it('goes up and down by steps and stays at the ends', () => {
    expect(ZOOMS.map((zoom) => nextZoom(zoom, 1))).toEqual([75, 100, 125, 150, 175, 200, 200]);
    expect(ZOOMS.map((zoom) => nextZoom(zoom, -1))).toEqual([50, 50, 75, 100, 125, 150, 175]);
  });

  it('fits into the room at first, and is never larger than paper', () => {
    expect(fittingZoom(A4, 1_000)).toBe(100);
    expect(fittingZoom(A4_ACROSS, 1_000)).toBe(75);
    expect(fittingZoom(A4, 3_000)).toBe(100);
    expect(fittingZoom(A4, 100)).toBe(50);
  });

  it('is asked for by what is on the page', () => {
    expect(pictureAddress('2023-q1', 2, 800, 'abc')).toBe('/api/periods/2023-q1/pages/2?width=800&digest=abc');
    expect(pictureAddress('2023-q1', 2, 800, 'abc', 'sub/1')).toContain('submission=sub%2F1');
  });
});
