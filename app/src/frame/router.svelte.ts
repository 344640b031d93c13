export type Screen = 'home' | 'figures' | 'text' | 'conflicts' | 'history' | 'pages' | 'submit' | 'settings';

export interface Address { period: string; screen: Screen; rest: string[] }

const SCREENS: readonly Screen[] = ['home', 'figures', 'text', 'conflicts', 'history', 'pages', 'submit', 'settings'];

/** `#/2023-q1/figures/pl4/pl4.3.1.1` as an address. The part after `#` needs no server that knows it. */
export function parse(hash: string): Address {
  const [period = '', screen = '', ...rest] = hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  return { period, screen: SCREENS.find((one) => one === screen) ?? 'home', rest: rest.filter(Boolean) };
}

export function link(period: string, screen: Screen, ...rest: string[]): string {
  return `#/${[period, screen, ...rest].map(encodeURIComponent).join('/')}`;
}

let address = $state.raw(parse(location.hash));
addEventListener('hashchange', () => (address = parse(location.hash)));

export function here(): Address {
  return address;
}

export function go(period: string, screen: Screen, ...rest: string[]): void {
  location.hash = link(period, screen, ...rest);
}

/** Changes the address without an entry in the history: the selected cell. */
export function note(period: string, screen: Screen, ...rest: string[]): void {
  history.replaceState(null, '', link(period, screen, ...rest));
}
