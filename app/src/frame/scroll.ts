import type { Attachment } from 'svelte/attachments';
import { isNumber, remember, remembered } from './remembered';

/** Rest after scrolling before the place is kept, ms. */
const REST = 250;

/**
 * Keeps how far an element is scrolled, and scrolls it there again when it comes back. What it holds may come later and make it longer, so
 * it follows until the place is reached or somebody takes it in hand.
 */
export function keepsScroll(name: string): Attachment<HTMLElement> {
  return (element) => {
    const place = `scroll/${name}`;
    const wanted = remembered(place, isNumber) ?? 0;
    let at = wanted;
    let settled = wanted <= 0;
    let rest: ReturnType<typeof setTimeout> | undefined;

    const restore = () => {
      if (settled) return;
      element.scrollTop = wanted;
      settled = element.scrollHeight - element.clientHeight >= wanted;
    };
    const grown = new ResizeObserver(restore);
    for (const child of element.children) grown.observe(child);
    const added = new MutationObserver(() => {
      for (const child of element.children) grown.observe(child);
      restore();
    });
    added.observe(element, { childList: true });

    const take = () => (settled = true);
    const scrolled = () => {
      if (!settled) return;
      // Read now: an element that is taken off the page says 0.
      at = Math.round(element.scrollTop);
      clearTimeout(rest);
      rest = setTimeout(() => remember(place, at), REST);
    };
    for (const hand of ['wheel', 'pointerdown', 'keydown'] as const) element.addEventListener(hand, take, { passive: true });
    element.addEventListener('scroll', scrolled, { passive: true });
    element.scrollTop = wanted;
    restore();
    return () => {
      clearTimeout(rest);
      if (settled) remember(place, at);
      grown.disconnect();
      added.disconnect();
      for (const hand of ['wheel', 'pointerdown', 'keydown'] as const) element.removeEventListener(hand, take);
      element.removeEventListener('scroll', scrolled);
    };
  };
}
