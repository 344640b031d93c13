// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { line } from '../host/cache.svelte';
import { watchSession } from './session';
import { watchWork } from './unsaved.svelte';

const accepted = vi.hoisted(() => [] as string[]);
vi.mock('#host', () => ({ default: { run: () => accepted.at(-1) ?? 'first', accept: (run: string) => accepted.push(run) } }));

const opened = async (run?: string) => {
  const other = new BroadcastChannel('hopluu');
  other.postMessage({ run });
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

  it('goes on with the program that opened another while something is open in it', async () => {
    const reload = vi.fn();
    const stop = watchSession(reload);
    const done = watchWork(() => true);
    await opened('first');
    expect(accepted).toEqual([]);
    line.session = false;
    await opened('second');
    expect(accepted).toEqual(['second']);
    expect(line.session).toBe(true);
    expect(reload).not.toHaveBeenCalled();
    done();
    await opened('second');
    expect(reload).not.toHaveBeenCalled();
    await opened('third');
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
