import { browserShared, listenShared } from './events';
import { NoSession, Refused, Unreachable, queryText, type Call, type ChosenFile, type Host } from './host';
import type { Change, Refusal } from './types';

/** Longest wait for an answer, ms. A submission of a large report takes seconds on an old disk. */
const LONGEST_WAIT = 60_000;
/** Rest before events are asked for again, ms. */
const RECONNECT = 2_000;

async function answer(call: Call, body: BodyInit | undefined, type: string): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(call.path + queryText(call.query), {
      method: call.method,
      headers: { 'accept-language': call.language, ...(body === undefined ? {} : { 'content-type': type }) },
      body,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(LONGEST_WAIT),
    });
  } catch (error) {
    throw new Unreachable(String(error));
  }
  if (response.status === 401) throw new NoSession();
  const told: unknown = await response.json().catch(() => null);
  if (response.ok) return told;
  if (told && typeof told === 'object' && 'problems' in told) throw new Refused(response.status, told as Refusal);
  throw new Unreachable(`${response.status}`);
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

  keep(path, query) {
    const link = document.createElement('a');
    link.href = path + queryText(query);
    link.download = '';
    link.click();
  },
};

export default host;
