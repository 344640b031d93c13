import { queryText } from '../host/host';

/** Zoom, percent of paper's own size. */
export const ZOOMS = [50, 75, 100, 125, 150, 175, 200] as const;
/** A css pixel in points of 1/72 inch. */
const POINT = 72 / 96;
/** What the node draws, pixels. */
const NARROWEST = 200;
const WIDEST = 3_000;
/** Widths are rounded up to steps, so that a window that is resized does not ask for each. */
const STEP = 100;

/** How wide a page stands on the screen, css pixels. */
export function shownWidth(points: number, zoom: number): number {
  return Math.round((points / POINT) * (zoom / 100));
}

/** How wide its picture is asked for, pixels of the screen: never blurred, within what the node draws. */
export function drawnWidth(shown: number, ratio: number): number {
  const wanted = Math.ceil((shown * ratio) / STEP) * STEP;
  return Math.max(NARROWEST, Math.min(WIDEST, wanted));
}

/** The next zoom up or down; the same at the end. */
export function nextZoom(zoom: number, by: 1 | -1): number {
  const further = by > 0 ? ZOOMS.find((one) => one > zoom) : ZOOMS.findLast((one) => one < zoom);
  return further ?? zoom;
}

/** The largest zoom at which a page fits into so many css pixels; at most its own size. */
export function fittingZoom(points: number, room: number): number {
  return ZOOMS.findLast((zoom) => zoom <= 100 && shownWidth(points, zoom) <= room) ?? ZOOMS[0];
}

/** Where a page's picture is found. The digest names what is on it, so a picture is never of another state. */
export function pictureAddress(period: string, number: number, width: number, digest: string, submission?: string): string {
  return `/api/periods/${encodeURIComponent(period)}/pages/${number}${queryText({ width, digest, submission })}`;
}
