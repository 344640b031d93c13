/** What the node has not written yet, in the browser's storage: each window of the page has a place of its own, so that none drops what another still holds. */

const own = windowName();
const lockOf = (name: string) => `hopluu-window/${name}`;

/** The same over a reload, another for another window. */
function windowName(): string {
  const name = sessionStorage.getItem('hopluu-window') ?? crypto.randomUUID();
  sessionStorage.setItem('hopluu-window', name);
  return name;
}

/** Says that this window lives, for as long as it does. */
export function claim(): void {
  void navigator.locks?.request(lockOf(own), () => new Promise(() => {}));
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
  for (const place of Object.keys(localStorage).filter((key) => key.startsWith(`${subject}/`) && !key.endsWith(`/${own}`))) {
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

function read<T>(place: string): T[] {
  try {
    const held: unknown = JSON.parse(localStorage.getItem(place) ?? '[]');
    return Array.isArray(held) ? (held as T[]) : [];
  } catch {
    return [];
  }
}
