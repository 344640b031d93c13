import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listenShared, type Shared } from './events';

/** A browser with windows that share a name and a channel, and a node that counts who listens. */
class Browser {
  lines: { changed: (change: { revision: number; scope: string }) => void; heard: (heard: boolean, revision?: number) => void }[] = [];
  most = 0;
  revision = 1;
  private readonly ears = new Set<(said: never) => void>();
  private queue: (() => void)[] = [];
  private held = false;

  open() {
    const window = { scopes: [] as string[], revisions: [] as (number | undefined)[], heard: false, close: () => {} };
    const own: { ear?: (said: never) => void } = {};
    const shared: Shared = {
      hold: (work) => {
        let letGo!: () => void;
        const until = new Promise<void>((resolve) => (letGo = resolve));
        let mine = false;
        const start = () => {
          mine = true;
          this.held = true;
          void work(until).then(() => this.next());
        };
        if (this.held) this.queue.push(start);
        else start();
        return () => {
          if (!mine) this.queue = this.queue.filter((one) => one !== start);
          letGo();
        };
      },
      say: (said) => {
        for (const ear of this.ears) if (ear !== own.ear) ear(said as never);
      },
      hear: (callback) => {
        own.ear = callback as (said: never) => void;
        this.ears.add(own.ear);
        return () => this.ears.delete(own.ear!);
      },
    };
    window.close = listenShared(shared, (changed, heard) => {
      const line = { changed, heard };
      this.lines.push(line);
      this.most = Math.max(this.most, this.lines.length);
      heard(true, this.revision);
      return () => (this.lines = this.lines.filter((one) => one !== line));
    }, ({ scope }) => window.scopes.push(scope), (now, revision) => {
      window.heard = now;
      window.revisions.push(revision);
    });
    return window;
  }

  private next(): void {
    this.held = false;
    this.queue.shift()?.();
  }

  change(scope: string): void {
    this.revision++;
    for (const line of this.lines) line.changed({ revision: this.revision, scope });
  }
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

describe('windows that listen to the node', () => {
  it('take one line, whoever is closed, and each hears everything once', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.array(fc.nat(8), { maxLength: 8 }), async (count, closed) => {
      const browser = new Browser();
      let windows = Array.from({ length: count }, () => browser.open());
      for (const at of closed) {
        const gone = windows[at];
        if (!gone || windows.length === 1) continue;
        gone.close();
        await turn();
        windows = windows.filter((one) => one !== gone);
        browser.change('status');
      }
      for (const window of windows) window.scopes = [];
      browser.change('figures/x');
      expect(browser.most).toBe(1);
      expect(windows.every((one) => one.heard && one.revisions.at(-1) !== undefined)).toBe(true);
      expect(windows.map((one) => one.scopes)).toEqual(windows.map(() => ['figures/x']));
    }));
  });
});
