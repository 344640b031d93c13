// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { line } from '../host/cache.svelte';
import { watchSession } from './session';
import { watchWork } from './unsaved.svelte';

vi.mock('#host', () => ({ default: {} }));

const opened = async () => {
  const other = new BroadcastChannel('hopluu');
  other.postMessage('opened');
  await new Promise((resolve) => setTimeout(resolve, 20));
  other.close();
};

describe('a page whose program was started again', () => {
  afterEach(() => {
    line.session = true;
  });

  it('begins anew when another is opened, but not while something is open in it', async () => {
    const reload = vi.fn();
    const stop = watchSession(reload);
    line.session = false;
    const done = watchWork(() => true);
    await opened();
    expect(reload).not.toHaveBeenCalled();
    done();
    await opened();
    expect(reload).toHaveBeenCalledOnce();
    stop();
  });

  it('is not left without a question while something is open in it', () => {
    const stop = watchSession(() => {});
    const leave = () => {
      const event = new Event('beforeunload', { cancelable: true });
      dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(leave()).toBe(false);
    const done = watchWork(() => true);
    expect(leave()).toBe(true);
    done();
    stop();
  });
});
