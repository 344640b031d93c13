import type { Change } from './types';

type Changed = (change: Change) => void;
type Heard = (heard: boolean, revision?: number) => void;
type Said = { change: Change } | { heard: boolean; revision?: number } | { asks: true };

/** What is shared among the windows of one browser. */
export interface Shared {
  /** Runs for as long as it holds the name, which one window at a time does. */
  hold(work: (until: Promise<void>) => Promise<void>): () => void;
  say(said: Said): void;
  hear(callback: (said: Said) => void): () => void;
}

/**
 * Listens to the node, once for all windows of a browser: it allows six connections to a program, and a line that stays open takes one.
 * The window that holds the name listens and tells the others. When it is closed the next one takes its place.
 */
export function listenShared(shared: Shared, connect: (changed: Changed, heard: Heard) => () => void, changed: Changed, heard: Heard): () => void {
  let leads = false;
  let last: { heard: boolean; revision?: number } = { heard: false };
  const stopHearing = shared.hear((said) => {
    if ('asks' in said) {
      if (leads) shared.say(last);
    } else if ('change' in said) changed(said.change);
    else heard(said.heard, said.revision);
  });
  const letGo = shared.hold(async (until) => {
    leads = true;
    const stop = connect(
      (change) => {
        last = { ...last, revision: change.revision };
        shared.say({ change });
        changed(change);
      },
      (now, revision) => {
        last = { heard: now, revision: revision ?? last.revision };
        shared.say({ heard: now, revision });
        heard(now, revision);
      },
    );
    await until;
    leads = false;
    stop();
  });
  // Nobody may be about to say anything for a while.
  shared.say({ asks: true });
  return () => {
    stopHearing();
    letGo();
  };
}

/** What the browser shares among its windows; nothing where it cannot. */
export function browserShared(): Shared | null {
  if (!('BroadcastChannel' in globalThis) || !globalThis.navigator?.locks) return null;
  const channel = new BroadcastChannel('hopluu-events');
  return {
    hold(work) {
      let letGo!: () => void;
      const until = new Promise<void>((resolve) => (letGo = resolve));
      const given = new AbortController();
      navigator.locks.request('hopluu-events', { signal: given.signal }, () => work(until)).catch(() => {});
      return () => {
        given.abort();
        letGo();
      };
    },
    say: (said) => channel.postMessage(said),
    hear(callback) {
      const listen = (event: MessageEvent<Said>) => callback(event.data);
      channel.addEventListener('message', listen);
      return () => channel.removeEventListener('message', listen);
    },
  };
}
