import { line } from '../host/cache.svelte';
import { claim } from '../host/kept';

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('hopluu') : null;
let told = false;

/** A page that lost its session, because the program was started again, begins anew when another is opened. */
export function watchSession(): () => void {
  claim();
  const listen = () => {
    if (!line.session) location.reload();
  };
  channel?.addEventListener('message', listen);
  return () => channel?.removeEventListener('message', listen);
}

export function tellOpened(): void {
  if (told) return;
  told = true;
  channel?.postMessage('opened');
}
