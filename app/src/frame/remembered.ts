/** What this machine remembers of the page's looks: where one was, how wide a panel is. Never anything that somebody typed. */

const PLACE = 'hopluu-looks';
/** Most things remembered; the oldest go first. */
const MOST = 200;

/** What was remembered under a name; `undefined` when nothing, or when the browser forbids storage. */
export function remembered<T>(name: string, is: (found: unknown) => found is T): T | undefined {
  const found = all().get(name);
  return is(found) ? found : undefined;
}

export function remember(name: string, value: string | number | boolean | string[]): void {
  const looks = all();
  // Put last, as the newest.
  looks.delete(name);
  looks.set(name, value);
  try {
    localStorage.setItem(PLACE, JSON.stringify([...looks].slice(-MOST)));
  } catch {
    // A browser may forbid storage: the page then begins as new each time.
  }
}

export const isText = (found: unknown): found is string => typeof found === 'string';
export const isNumber = (found: unknown): found is number => typeof found === 'number' && Number.isFinite(found);
export const isFlag = (found: unknown): found is boolean => typeof found === 'boolean';
export const isTexts = (found: unknown): found is string[] => Array.isArray(found) && found.every(isText);

function all(): Map<string, unknown> {
  try {
    const held: unknown = JSON.parse(localStorage.getItem(PLACE) ?? '[]');
    return new Map(Array.isArray(held) ? held.filter((one): one is [string, unknown] => Array.isArray(one) && isText(one[0])) : []);
  } catch {
    return new Map();
  }
}
