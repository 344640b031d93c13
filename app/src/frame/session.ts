import { line } from '../host/cache.svelte';
import { hasWork } from './unsaved.svelte';

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('hopluu') : null;
let told = false;

/**
 * A page that lost its session, because the program was started again, begins anew when another is opened; not by itself while
 * something is open in it. Nor is it closed or reloaded then without a question.
 */
export function watchSession(reload = () => location.reload()): () => void {
  const listen = () => {
    if (!line.session && !hasWork()) reload();
  };
  const leave = (event: BeforeUnloadEvent) => {
    if (hasWork()) event.preventDefault();
  };
  channel?.addEventListener('message', listen);
  addEventListener('beforeunload', leave);
  return () => {
    channel?.removeEventListener('message', listen);
    removeEventListener('beforeunload', leave);
  };
}

export function tellOpened(): void {
  if (told) return;
  told = true;
  channel?.postMessage('opened');
}
