import { queryText, type Call, type ChosenFile, type Host } from './host';
import { request } from './request';
import type { Change } from './types';

/** What the window says has happened: `node/src/window/events.rs`. */
type Said = { hello: Change } | { change: Change } | { offered: Offered } | 'silent' | 'closing';
interface Offered { name: string; handle: string }
interface Words { next: number; said: Said[] }

/** Rest before a window is asked again that did not answer, ms. */
const REST = 1_000;
/** How long a file waits for a screen that takes it, ms. */
const OFFER_LASTS = 10_000;

/** Sends JSON as bytes, and says how many: a web view may hand over less than it was given. */
function ask(call: Call, patient = false): Promise<unknown> {
  if (call.body === undefined) return request(call, undefined, { 'x-hopluu-bytes': '0' }, { patient });
  const body = new TextEncoder().encode(JSON.stringify(call.body));
  return request(call, body, { 'content-type': 'application/json', 'x-hopluu-bytes': String(body.length) }, { patient });
}

const ofWindow = <A>(method: Call['method'], path: string, body?: unknown, language = 'vi', patient = false) =>
  ask({ method, path: `/window/${path}`, body, language }, patient) as Promise<A>;

function chosen({ name, handle }: Offered): ChosenFile {
  return { name, text: () => ofWindow<string>('GET', `text/${handle}`), source: handle };
}

/** The page in the program's window. Requests go to the node of the same process; files stay outside the page. */
export class Shell implements Host {
  private readonly takers = new Set<(file: ChosenFile) => boolean>();
  private untaken: { file: ChosenFile; until: number } | null = null;
  private handOver: (() => Promise<number>) | null = null;

  call(call: Call): Promise<unknown> {
    return ask(call);
  }

  listen(changed: (change: Change) => void, heard: (heard: boolean, revision?: number) => void): () => void {
    const stop = new AbortController();
    void this.hear(changed, heard, stop.signal);
    return () => stop.abort();
  }

  /** Asks what happened, again and again: an answer comes when there is something to say. */
  private async hear(changed: (change: Change) => void, heard: (heard: boolean, revision?: number) => void, stop: AbortSignal): Promise<void> {
    let next: number | undefined;
    while (!stop.aborted) {
      let words: Words;
      try {
        words = await ofWindow<Words>('GET', `events${queryText({ after: next })}`);
      } catch {
        next = undefined;
        heard(false);
        await new Promise((resolve) => setTimeout(resolve, REST));
        continue;
      }
      if (stop.aborted) return;
      next = words.next;
      for (const said of words.said) {
        if (said === 'silent') heard(false);
        else if (said === 'closing') void this.leave();
        else if ('hello' in said) heard(true, said.hello.revision);
        else if ('change' in said) changed(said.change);
        else this.offer(chosen(said.offered));
      }
    }
  }

  private async leave(): Promise<void> {
    const unsaved = await (this.handOver?.() ?? 0);
    await ofWindow('POST', 'handed-over', { unsaved }).catch(() => {});
  }

  private offer(file: ChosenFile): void {
    // The screen that was opened last is the one that is looked at.
    if ([...this.takers].reverse().some((take) => take(file))) return;
    this.untaken = { file, until: Date.now() + OFFER_LASTS };
  }

  offered(take: (file: ChosenFile) => boolean): () => void {
    this.takers.add(take);
    const { untaken } = this;
    if (untaken && (Date.now() > untaken.until || take(untaken.file))) this.untaken = null;
    return () => this.takers.delete(take);
  }

  closing(handOver: () => Promise<number>): () => void {
    this.handOver = handOver;
    return () => (this.handOver = null);
  }

  async chooseFile(endings: string[]): Promise<ChosenFile | null> {
    const file = await ofWindow<Offered | null>('POST', 'choose', { endings }, undefined, true);
    return file ? chosen(file) : null;
  }

  /** What is dropped comes as an offer: the page is not given files. */
  dropped(): null {
    return null;
  }

  send(call: Call, file: ChosenFile): Promise<unknown> {
    return ofWindow('POST', 'send', { target: call.path + queryText(call.query), handle: file.source }, call.language);
  }

  async keep(path: string, query: Record<string, string>, language: string): Promise<string | null> {
    const kept = await ofWindow<{ name: string | null }>('POST', 'keep', { target: path + queryText(query) }, language, true);
    return kept.name;
  }
}
