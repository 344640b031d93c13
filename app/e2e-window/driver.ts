// As much of the W3C WebDriver protocol as the tests need, spoken to WebKitWebDriver. The program is started by the tests themselves, so
// that they have its process; the driver joins it at its inspector.
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';

/** How long a program or a driver may take to be there, ms. */
export const STARTS_WITHIN = 60_000;
const PAUSE = 25;

/** Keys by the names that browsers give them → the protocol's. */
const KEYS: Record<string, string> = {
  Alt: '\uE00A', ArrowDown: '\uE015', ArrowLeft: '\uE012', ArrowRight: '\uE014', ArrowUp: '\uE013', Backspace: '\uE003', Control: '\uE009',
  End: '\uE010', Enter: '\uE007', Escape: '\uE00C', F6: '\uE036', F8: '\uE038', Home: '\uE011', Shift: '\uE008', Space: ' ', Tab: '\uE004',
};

interface Failed { error: string; message: string }

/** A port that nobody has. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Asks until an answer comes. */
export async function until<A>(what: string, ask: () => Promise<A | undefined> | A | undefined, within = STARTS_WITHIN): Promise<A> {
  for (const end = Date.now() + within; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, PAUSE))) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`${what}: not within ${within} ms`);
}

/** The page in a window, as a person at a keyboard has it. */
export class View {
  private constructor(private readonly driver: ChildProcess, private readonly base: string) {}

  /** Joins the program whose inspector listens at a port, once it does. */
  static async join(inspector: number, lives: () => boolean): Promise<View> {
    const port = await freePort();
    const driver = spawn('WebKitWebDriver', [`--port=${port}`, `--target=127.0.0.1:${inspector}`], { stdio: 'ignore' });
    const base = `http://127.0.0.1:${port}/session`;
    const capabilities = { capabilities: { alwaysMatch: {} } };
    try {
      const session = await until('a session with the window', async () => {
        if (!lives()) throw new Error('the program has ended');
        return send<{ sessionId: string }>('POST', base, capabilities).catch(() => undefined);
      });
      return new View(driver, `${base}/${session.sessionId}`);
    } catch (error) {
      driver.kill();
      throw error;
    }
  }

  /** Runs a function in the page and gives what it returns; a promise is waited for. */
  run<A, B extends unknown[]>(script: (...given: B) => A | Promise<A>, ...given: B): Promise<A> {
    return send<A>('POST', `${this.base}/execute/sync`, { script: `return (${script.toString()}).apply(null, arguments)`, args: given });
  }

  /** Presses keys after one another; `Control+k` holds one while another is pressed. */
  async press(...all: string[]): Promise<void> {
    const actions = all.flatMap((keys) => {
      const held = keys.split('+').map((key) => KEYS[key] ?? key);
      return [...held.map((value) => ({ type: 'keyDown', value })), ...held.reverse().map((value) => ({ type: 'keyUp', value }))];
    });
    await send('POST', `${this.base}/actions`, { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  /** Types letter by letter. */
  async type(text: string): Promise<void> {
    const actions = [...text].flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]);
    await send('POST', `${this.base}/actions`, { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  /** The window as it looks, as PNG. */
  async picture(): Promise<Buffer> {
    return Buffer.from(await send<string>('GET', `${this.base}/screenshot`), 'base64');
  }

  /** The text of what a selector finds first; empty where it finds nothing. */
  text(selector = 'body'): Promise<string> {
    return this.run((selector) => document.querySelector<HTMLElement>(selector)?.innerText ?? '', selector);
  }

  /** Goes to an address within the page. */
  async go(hash: string): Promise<void> {
    await this.run((hash) => void (location.hash = hash), hash);
  }

  leave(): void {
    this.driver.kill();
  }
}

async function send<A>(method: string, url: string, body?: unknown): Promise<A> {
  const response = await fetch(url, { method, body: body === undefined ? undefined : JSON.stringify(body) });
  const { value } = (await response.json()) as { value: A | Failed };
  if (!response.ok) {
    const { error, message } = value as Failed;
    throw new Error(`${error}: ${message}`);
  }
  return value as A;
}
