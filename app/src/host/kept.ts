/** What the node has not written yet, in the browser's storage: each window of the page has a place of its own, so that none drops what another still holds. */

let own = windowName();
const lockOf = (name: string) => `hopluu-window/${name}`;
/** Longest wait for the name of a page that is being reloaded, ms. */
const NAME_WAIT = 500;

/** The same over a reload, another for another window. A browser may forbid storage: the page then works, and keeps nothing. */
function windowName(): string {
  try {
    const name = sessionStorage.getItem('hopluu-window') ?? crypto.randomUUID();
    sessionStorage.setItem('hopluu-window', name);
    return name;
  } catch {
    return crypto.randomUUID();
  }
}

/**
 * Says that this window lives, for as long as it does. A window that was duplicated inherits the name of the other, which holds it:
 * it takes a new one. To be called before anything is kept or read.
 */
export async function claim(locks = globalThis.navigator?.locks as LockManager | undefined): Promise<void> {
  if (!locks || (await holds(locks, AbortSignal.timeout(NAME_WAIT)))) return;
  own = crypto.randomUUID();
  try {
    sessionStorage.setItem('hopluu-window', own);
  } catch {
    // The name then lasts until the page is closed.
  }
  await holds(locks);
}

function holds(locks: LockManager, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const hold = () => {
      resolve(true);
      return new Promise(() => {});
    };
    locks.request(lockOf(own), signal ? { signal } : {}, hold).catch(() => resolve(false));
  });
}

export function keepEdits<T>(subject: string, held: T[]): void {
  const place = `${subject}/${own}`;
  if (held.length > 0) localStorage.setItem(place, JSON.stringify(held));
  else localStorage.removeItem(place);
}

/** What this window kept before it was reloaded. */
export function keptHere<T>(subject: string): T[] {
  return read<T>(`${subject}/${own}`);
}

/** Takes over what windows kept that are gone. */
export async function keptByTheGone<T>(subject: string, take: (held: T[]) => void): Promise<void> {
  for (const place of places().filter((key) => key.startsWith(`${subject}/`) && !key.endsWith(`/${own}`))) {
    const adopt = () => {
      const held = read<T>(place);
      // Taken first: it then stands at this window's place, and is never at none.
      if (held.length > 0) take(held);
      localStorage.removeItem(place);
    };
    if (!navigator.locks) adopt();
    else await navigator.locks.request(lockOf(place.slice(subject.length + 1)), { ifAvailable: true }, (lock) => lock && adopt());
  }
}

function places(): string[] {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

function read<T>(place: string): T[] {
  try {
    const held: unknown = JSON.parse(localStorage.getItem(place) ?? '[]');
    return Array.isArray(held) ? (held as T[]) : [];
  } catch {
    return [];
  }
}
