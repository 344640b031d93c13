/** How many changes of this page the node has not written, while it cannot be reached or cannot write. */
const failing = $state<Record<string, number>>({});

export function tellUnsaved(place: string, count: number): void {
  if (count === 0) delete failing[place];
  else failing[place] = count;
}

export function unsavedCount(): number {
  return Object.values(failing).reduce((sum, count) => sum + count, 0);
}
