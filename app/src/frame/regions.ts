/** The regions that F6 goes through, in the order of the page. */
export function nextRegion(backward: boolean): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter((region) => region.getClientRects().length > 0);
  if (regions.length === 0) return;
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions[(at + (backward ? -1 : 1) + regions.length) % regions.length]!;
  const target = next.querySelector<HTMLElement>('[data-region-focus]') ?? next.querySelector<HTMLElement>(
    'a[href], button, input, textarea, [tabindex="0"], [contenteditable="true"]',
  );
  (target ?? next).focus();
}
