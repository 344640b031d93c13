import { host } from '../host/api';
import { goOn, line } from '../host/cache.svelte';
import { hasWork } from './unsaved.svelte';

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('hopluu') : null;
let told = false;

/**
 * A page that lost its session, because the program was started again, begins anew when another is opened; not by itself while
 * something is open in it: it then goes on with the program as it runs now, which opened that page. Nor is it closed or reloaded then
 * without a question.
 */
export function watchSession(reload = () => location.reload()): () => void {
  const listen = ({ data }: MessageEvent<{ run?: string }>) => {
    const isOther = data?.run !== undefined && data.run !== host.run?.();
    if (line.session && !isOther) return;
    if (!hasWork()) return reload();
    if (data?.run === undefined || !host.accept) return;
    host.accept(data.run);
    goOn();
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
  channel?.postMessage({ run: host.run?.() });
}
