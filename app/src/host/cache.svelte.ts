import { host } from './api';
import { NoSession } from './host';

/** One answer of the node that a screen shows; asked again when the node says that one of its scopes changed. */
export class Kept<T> {
  value = $state.raw<T | undefined>();
  error = $state.raw<Error | undefined>();
  #asking = false;
  #again = false;

  constructor(readonly scopes: string[], private readonly ask: () => Promise<T>) {
    void this.refresh();
  }

  /** Asks the node. What changes while it answers is asked for again, so the last answer is never an old one. */
  async refresh(): Promise<void> {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    do {
      this.#again = false;
      try {
        this.value = await this.ask();
        this.error = undefined;
      } catch (error) {
        this.error = error as Error;
        if (error instanceof NoSession) line.session = false;
      }
    } while (this.#again);
    this.#asking = false;
  }
}

/** How the page hears the node. */
export const line = $state({ heard: true, session: true });

const kept = new Map<string, Kept<unknown>>();
let heardRevision: number | undefined;
const onHeard = new Set<() => void>();

/** The kept answer of a key. */
export function keep<T>(key: string, scopes: string | string[], ask: () => Promise<T>): Kept<T> {
  let found = kept.get(key) as Kept<T> | undefined;
  if (!found) {
    found = new Kept([scopes].flat(), ask);
    kept.set(key, found as Kept<unknown>);
  }
  return found;
}

/** Asks again for everything: a lost event, another language. */
export function refreshAll(): void {
  for (const one of kept.values()) void one.refresh();
}

/** Asks for everything again, also for what screens keep by themselves: the node then says it in another language. */
export function askAnew(): void {
  refreshAll();
  for (const watcher of watchers) watcher('*');
}

/** Calls back when the node is heard again. */
export function whenHeard(callback: () => void): () => void {
  onHeard.add(callback);
  return () => onHeard.delete(callback);
}

const watchers = new Set<(scope: string) => void>();

/** Calls back with each scope that changed. */
export function whenChanged(callback: (scope: string) => void): () => void {
  watchers.add(callback);
  return () => watchers.delete(callback);
}

const whenAnew = new Set<() => void>();

/** Calls back when the program runs anew: its revisions begin elsewhere. */
export function whenRunAnew(callback: () => void): () => void {
  whenAnew.add(callback);
  return () => whenAnew.delete(callback);
}

/** The page goes on with another run of the program. */
export function goOn(): void {
  line.session = true;
  heardRevision = undefined;
  for (const callback of whenAnew) callback();
  askAnew();
}

export function startListening(): () => void {
  return host.listen(
    ({ revision, scope }) => {
      heardRevision = revision;
      for (const one of kept.values()) if (one.scopes.includes(scope)) void one.refresh();
      for (const watcher of watchers) watcher(scope);
    },
    (heard, revision) => {
      line.heard = heard;
      if (!heard) {
        // Whether it is gone, or runs anew and wants the page opened anew.
        void kept.get('status')?.refresh();
        return;
      }
      for (const callback of onHeard) callback();
      // A change may have been missed while nothing was heard.
      if (revision !== undefined && revision !== heardRevision) {
        heardRevision = revision;
        askAnew();
      }
    },
  );
}
