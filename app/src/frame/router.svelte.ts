import { isText, isTexts, remember, remembered } from './remembered';

export type Screen = 'home' | 'figures' | 'text' | 'conflicts' | 'history' | 'pages' | 'submit' | 'settings';

export interface Address { period: string; screen: Screen; rest: string[] }

const SCREENS: readonly Screen[] = ['home', 'figures', 'text', 'conflicts', 'history', 'pages', 'submit', 'settings'];

/** `#/2023-q1/figures/pl4/pl4.3.1.1` as an address. The part after `#` needs no server that knows it. */
export function parse(hash: string): Address {
  const [period = '', screen = '', ...rest] = hash.replace(/^#\/?/, '').split('/').map(decoded);
  return { period, screen: SCREENS.find((one) => one === screen) ?? 'home', rest: rest.filter(Boolean) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function link(period: string, screen: Screen, ...rest: string[]): string {
  return `#/${[period, screen, ...rest].map(encodeURIComponent).join('/')}`;
}

/** Whether the page was opened without an address and began where one was last. */
let cameBack = false;

function begin(): Address {
  const last = location.hash.length > 1 ? undefined : remembered('address', isText);
  if (!last) return parse(location.hash);
  cameBack = true;
  history.replaceState(null, '', last);
  return parse(last);
}

let address = $state.raw(begin());
addEventListener('hashchange', () => {
  address = parse(location.hash);
  cameBack = false;
  keep(address);
});

export function here(): Address {
  return address;
}

/** Whether this is only where one was the last time, and nobody has asked for it since. */
export function isFromLastTime(): boolean {
  return cameBack;
}

export function go(period: string, screen: Screen, ...rest: string[]): void {
  location.hash = link(period, screen, ...rest);
}

/** Changes the address without an entry in the history: the selected cell. */
export function note(period: string, screen: Screen, ...rest: string[]): void {
  history.replaceState(null, '', link(period, screen, ...rest));
  keep({ period, screen, rest });
}

function keep({ period, screen, rest }: Address): void {
  remember('address', link(period, screen, ...rest));
  if (rest.length > 0) remember(`at/${period}/${screen}`, rest);
}

/** Where one was last on a screen: the cell in the figures, the section in the texts. */
export function lastAt(period: string, screen: Screen): string[] {
  return remembered(`at/${period}/${screen}`, isTexts) ?? [];
}
