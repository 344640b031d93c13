/** How many changes of this page the node has not written, while it cannot be reached or cannot write. */
const failing = $state<Record<string, number>>({});

export function tellUnsaved(place: string, count: number): void {
  if (count === 0) delete failing[place];
  else failing[place] = count;
}

const checks = new Set<() => boolean>();

/** Lets a part of the page say whether something is open in it, or waits. */
export function watchWork(check: () => boolean): () => void {
  checks.add(check);
  return () => checks.delete(check);
}

/** Whether the page holds something that a reload would lose or interrupt. */
export function hasWork(): boolean {
  // Each is asked, so that a view hears of every one that changes.
  return [...checks].map((check) => check()).includes(true) || unsavedCount() > 0;
}

export function unsavedCount(): number {
  return Object.values(failing).reduce((sum, count) => sum + count, 0);
}
