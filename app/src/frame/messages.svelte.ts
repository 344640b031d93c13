export interface Message { id: number; text: string; at: number; kind: 'info' | 'warn' | 'bad' }

/** What the status bar says last, and the list of what it said before. Nothing covers the work. */
export const messages = $state({ latest: null as Message | null, list: [] as Message[], spoken: '' });
let count = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows a sentence in the status bar and reads it out. */
export function say(text: string, kind: Message['kind'] = 'info'): void {
  const message = { id: ++count, text, at: Date.now(), kind };
  messages.latest = message;
  messages.list = [message, ...messages.list].slice(0, 50);
  announce(text);
  clearTimeout(timer);
  timer = setTimeout(() => (messages.latest = null), 12_000);
}

/** Reads a sentence out, shown elsewhere already. */
export function announce(text: string): void {
  messages.spoken = text;
}

/** Takes the sentence off the status bar: it was said in another language. */
export function forget(): void {
  messages.latest = null;
}
