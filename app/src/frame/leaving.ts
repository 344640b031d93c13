import { anyTextWaits } from '../text/editing.svelte';
import { hasWork, unsavedCount } from './unsaved.svelte';

/** How long what is on its way may take until the window comes back and says that it is not written, ms. */
const LONGEST = 1_500;
const STEP = 10;

/**
 * Hands over to the node what the page holds, before its window closes: a cell that is being typed is left, as by Enter, and what is on
 * its way is waited for. Returns how much is not written.
 */
export async function handOver(longest = LONGEST): Promise<number> {
  (document.activeElement as HTMLElement | null)?.blur();
  for (const until = Date.now() + longest; isHolding() && Date.now() < until; ) await new Promise((resolve) => setTimeout(resolve, STEP));
  return Math.max(unsavedCount(), isHolding() ? 1 : 0);
}

const isHolding = () => hasWork() || anyTextWaits();
