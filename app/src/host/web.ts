import { browserShared, listenShared } from './events';
import { queryText, type ChosenFile, type Host } from './host';
import { request } from './request';
import type { Change } from './types';

/** Rest before events are asked for again, ms. */
const RECONNECT = 2_000;

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
    events.addEventListener('hello', (event) => heard(true, read(event).revision));
    events.addEventListener('change', (event) => changed(read(event)));
    events.onopen = () => heard(true);
    events.onerror = () => {
      heard(false);
      // A browser gives up for good when it is answered with a refusal.
      if (events.readyState === EventSource.CLOSED) again = setTimeout(connect, RECONNECT);
    };
  };
  connect();
  return () => {
    clearTimeout(again);
    events.close();
  };
}

const host: Host = {
  call: (call) => (call.body === undefined ? request(call, undefined, {}) : request(call, JSON.stringify(call.body), { 'content-type': 'application/json' })),

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

  send: async (call, file) => request(call, await (file.source as File).arrayBuffer(), { 'content-type': 'application/octet-stream' }),

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
