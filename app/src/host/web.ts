import { browserShared, listenShared } from './events';
import { Unreachable, queryText, type Call, type ChosenFile, type Host } from './host';
import { request } from './request';
import { Run } from './run';
import type { Change } from './types';

/** Rest before events are asked for again, ms. */
const RECONNECT = 2_000;

const run = new Run();

async function answer(call: Call, body: BodyInit | undefined, type: string): Promise<unknown> {
  // Asked first who is there, before anything is handed over.
  if (run.doubted && call.method !== 'GET') await answer({ method: 'GET', path: '/api/status', language: call.language }, undefined, '');
  const headers: Record<string, string> = body === undefined ? {} : { 'content-type': type };
  try {
    return await request(call, body, headers, { heard: (response) => run.check(response.headers.get('hopluu-run')) });
  } catch (error) {
    if (error instanceof Unreachable) run.doubt();
    throw error;
  }
}

function chosen(file: File): ChosenFile {
  return { name: file.name, text: () => file.text(), source: file };
}

/** Listens to the node on a line of its own. */
function connectEvents(changed: (change: Change) => void, heard: (heard: boolean, revision?: number) => void): () => void {
  const read = (event: MessageEvent<string>) => JSON.parse(event.data) as Change;
  let events: EventSource;
  let again: ReturnType<typeof setTimeout> | undefined;
  const connect = () => {
    events = new EventSource('/api/events');
    let known = false;
    const giveUp = () => {
      events.close();
      heard(false);
      clearTimeout(again);
      again = setTimeout(connect, RECONNECT);
    };
    events.addEventListener('hello', (event) => {
      const hello = read(event);
      try {
        run.check(hello.run);
      } catch {
        known = false;
        giveUp();
        return;
      }
      known = true;
      heard(true, hello.revision);
    });
    events.addEventListener('change', (event) => known && changed(read(event)));
    events.onerror = () => {
      run.doubt();
      known = false;
      heard(false);
      // A browser gives up for good when it is answered with a refusal.
      if (events.readyState === EventSource.CLOSED) giveUp();
    };
  };
  connect();
  return () => {
    clearTimeout(again);
    events.close();
  };
}

const host: Host = {
  run: () => run.name,
  accept: (name) => run.accept(name),

  call: (call) => answer(call, call.body === undefined ? undefined : JSON.stringify(call.body), 'application/json'),

  listen(changed, heard) {
    const shared = browserShared();
    return shared ? listenShared(shared, connectEvents, changed, heard) : connectEvents(changed, heard);
  },

  chooseFile(endings) {
    return new Promise((resolve) => {
      const input = document.createElement('input');
      input.type = 'file';
      input.accept = endings.map((ending) => `.${ending}`).join(',');
      input.onchange = () => resolve(input.files?.[0] ? chosen(input.files[0]) : null);
      input.oncancel = () => resolve(null);
      input.click();
    });
  },

  dropped(event) {
    const file = event.dataTransfer?.files[0];
    return file ? chosen(file) : null;
  },

  send: async (call, file) => answer(call, await (file.source as File).arrayBuffer(), 'application/octet-stream'),

  offered: () => () => {},
  closing: () => () => {},

  async keep(path, query) {
    const link = document.createElement('a');
    link.href = path + queryText(query);
    link.download = '';
    link.click();
    return null;
  },
};

export default host;
