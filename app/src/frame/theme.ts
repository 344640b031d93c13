const dark = matchMedia('(prefers-color-scheme: dark)');
let chosen: 'system' | 'light' | 'dark' = 'system';

/** Puts the page in the chosen theme; the system's is followed while the page is open. */
export function dress(theme: 'system' | 'light' | 'dark'): void {
  chosen = theme;
  const shown = chosen === 'system' ? (dark.matches ? 'dark' : 'light') : chosen;
  document.documentElement.dataset.theme = shown;
}

dark.addEventListener('change', () => dress(chosen));
