// What the tests share: a town, a screen without a person before it, and the program's window there.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { test as base, expect } from '@playwright/test';
import { PERIOD, Town, type Program } from '../e2e/town';
import { View, freePort, until } from './driver';
import { askToClose } from './x11';

export { expect };

/** The program that is tried. */
export const PROGRAM = process.env.HOPLUU_DESKTOP ?? resolve(import.meta.dirname, '../../target/debug/hopluu-desktop');
const SCREEN = '1366x768x24';
/** How long the program may take to end when it is asked to, ms. */
const ENDS_WITHIN = 30_000;

/** The program over one data directory, in a window of its own. */
export class Window {
  readonly ended: Promise<number | string | null>;
  private has_ended = false;
  private joined: View | undefined;
  private inspector = 0;

  constructor(readonly process: ChildProcess, private readonly display: number) {
    this.ended = once(process, 'exit').then(([code, signal]) => {
      this.has_ended = true;
      this.joined?.leave();
      return (code ?? signal) as number | string | null;
    });
  }

  get view(): View {
    return this.joined!;
  }

  async join(inspector: number): Promise<void> {
    this.inspector = inspector;
    this.joined = await View.join(inspector, () => !this.has_ended);
  }

  /** Joins the page that came after another: a driver stays with the process that it knew. */
  async joinAgain(): Promise<View> {
    this.joined!.leave();
    await this.join(this.inspector);
    return this.view;
  }

  /** Closes the window as a person does, and waits for the program's end. Gives its exit code. */
  async close(): Promise<number | string | null> {
    await askToClose(this.display, await this.id());
    return this.end();
  }

  /** How the program ends, and none when it takes too long. */
  end(): Promise<number | string | null> {
    return Promise.race([this.ended, new Promise<never>((_, failed) => setTimeout(() => failed(new Error('the program goes on')), ENDS_WITHIN).unref())]);
  }

  /** Ends the program as a power cut would. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }

  /** The display's number of the window. */
  id(): Promise<number> {
    return until('a window on the screen', async () => {
      const found = await onScreen(this.display, 'search', '--onlyvisible', '--pid', String(this.process.pid!)).catch(() => '');
      const id = found.trim().split('\n').at(-1);
      return id ? Number(id) : undefined;
    });
  }
}

/** A screen of one test, and what runs on it. */
export class Desk {
  /** The program that is started. */
  program = PROGRAM;
  private readonly windows: Window[] = [];

  private constructor(readonly town: Town, private readonly screen: ChildProcess, readonly display: number) {}

  static async set(town: Town): Promise<Desk> {
    const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const [number] = (await once(screen.stdio[3]!, 'data')) as [Buffer];
    return new Desk(town, screen, Number(number.toString()));
  }

  /** Opens the program over a data directory and joins its window. */
  async open(office: Program, ...args: string[]): Promise<Window> {
    const inspector = await freePort();
    const window = this.start(office, args, { TAURI_WEBVIEW_AUTOMATION: 'true', WEBKIT_INSPECTOR_SERVER: `127.0.0.1:${inspector}` });
    await window.join(inspector);
    return window;
  }

  /** Starts the program as a person does, who has none to drive it. */
  start(office: Program, args: string[] = [], more: Record<string, string> = {}): Window {
    const started = spawn(this.program, ['--data', office.data, ...args], { stdio: ['ignore', 'ignore', process.env.RUST_LOG ? 'inherit' : 'ignore'], env: { ...this.environment(), ...more } });
    const window = new Window(started, this.display);
    this.windows.push(window);
    return window;
  }

  /** What surrounds a program: a person's folders and this screen, and no other program of a desktop. */
  environment(): NodeJS.ProcessEnv {
    const home = join(this.town.dir, 'home');
    const runtime = join(this.town.dir, 'run');
    for (const folder of [home, runtime]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    return {
      PATH: process.env.PATH,
      RUST_LOG: process.env.RUST_LOG,
      DISPLAY: `:${this.display}`,
      GDK_BACKEND: 'x11',
      HOME: home,
      XDG_RUNTIME_DIR: runtime,
      LANG: 'vi_VN.UTF-8',
      TZ: 'Asia/Ho_Chi_Minh',
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/none`,
      NO_AT_BRIDGE: '1',
    };
  }

  /** How many windows of the program are to be seen. */
  async seen(): Promise<number> {
    const found = await onScreen(this.display, 'search', '--onlyvisible', '--class', 'hopluu-desktop').catch(() => '');
    return found.split('\n').filter(Boolean).length;
  }

  /** Keys of a real keyboard, as the display has them. */
  async keys(...words: string[]): Promise<void> {
    await onScreen(this.display, ...words);
  }

  async clear(): Promise<void> {
    await Promise.all(this.windows.map((window) => window.kill()));
    this.screen.kill();
  }
}

async function onScreen(display: number, ...words: string[]): Promise<string> {
  return (await promisify(execFile)('xdotool', words, { env: { ...process.env, DISPLAY: `:${display}` } })).stdout;
}

export const test = base.extend<{ town: Town; desk: Desk }>({
  // The framework wants the braces to see what is asked for.
  // eslint-disable-next-line no-empty-pattern
  town: async ({}, use) => {
    const town = await Town.found();
    await use(town);
    await town.end();
  },
  desk: async ({ town }, use) => {
    const desk = await Desk.set(town);
    await use(desk);
    await desk.clear();
  },
});

/** Waits until the page shows something. */
export async function shows(view: View, text: string | RegExp, selector = 'body'): Promise<void> {
  const told = expect.poll(() => view.text(selector), { message: `${selector} shows ${text}` });
  await (typeof text === 'string' ? told.toContain(text) : told.toMatch(text));
}

/** Presses Tab until what has the focus has this name. */
export async function tabTo(view: View, name: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    const focused = await view.run(() => {
      const element = document.activeElement as HTMLElement | null;
      const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
      return [element?.getAttribute('aria-label'), ...labels.map((label) => label.innerText), element?.innerText].filter(Boolean).join(' ').trim();
    });
    if (focused.startsWith(name)) return;
    await view.press('Tab');
  }
  throw new Error(`Tab does not lead to “${name}”`);
}

/** Opens the figures at a cell, with the input over it. */
export async function openFigures(view: View, cell: string): Promise<void> {
  await view.go(`#/${PERIOD}/figures/${cell.split('.')[0]}/${cell}`);
  await expect.poll(() => active(view)).toBe(`cell-${cell}`);
}

/** The cell that what is typed goes into. */
export function active(view: View): Promise<string | null> {
  return view.run(() => {
    const input = document.querySelector('.active input');
    return input && input === document.activeElement ? input.getAttribute('aria-activedescendant') : null;
  });
}

/** What a cell shows, and the sentence about it in its row. */
export function shown(view: View, cell: string): Promise<{ value: string; says: string }> {
  return view.run((cell) => {
    const element = document.getElementById(`cell-${cell}`);
    return { value: element?.innerText.trim() ?? '', says: element?.closest<HTMLElement>('[role=row]')?.innerText ?? '' };
  }, cell);
}

/** The sentences that call a value saved. */
export const SAVED = /Đã lưu trên máy này|đã nhận/;

/** What the node itself has in a cell, once the window is gone. */
export async function stored(office: Program, cell: string): Promise<unknown> {
  return (await office.json<{ cell: { value: unknown } }>('get', PERIOD, cell)).cell.value;
}

export { PERIOD };
