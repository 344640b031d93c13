/** Layouts by the room that the text size leaves. */
export type Layout = 'wide' | 'full' | 'narrow' | 'slim';

/** The layout of a window so wide, css pixels, at a text size, percent. */
export function layoutOf(width: number, textSize: number): Layout {
  const room = width / (textSize / 100);
  if (width < 1000 || textSize >= 160 || room < 860) return 'slim';
  if (width < 1100 || textSize >= 130 || room < 1100) return 'narrow';
  return room >= 1700 ? 'wide' : 'full';
}

export const layout = $state({ kind: 'full' as Layout });

/** Fits the page to the window and the text size. */
export function fit(textSize: number): void {
  layout.kind = layoutOf(innerWidth, textSize);
  const root = document.documentElement;
  root.dataset.layout = layout.kind;
  root.style.setProperty('--text-size', String(textSize / 100));
}
