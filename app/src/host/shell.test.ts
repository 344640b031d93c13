import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refused, Unreachable } from './host';
import { Shell } from './shell';
import { isInWindow } from './where';

vi.mock('./web', () => ({ default: {} }));
vi.hoisted(() => Object.assign(globalThis, { location: { protocol: 'http:', hostname: 'x' } }));

/** A window that answers as it is told, and remembers what it was asked. */
class Window {
  asked: { path: string; method: string; body: unknown; headers: Record<string, string> }[] = [];
  answers: Record<string, unknown[]> = {};
  private readonly waiting: (() => void)[] = [];

  answer(path: string, ...answers: unknown[]): void {
    (this.answers[path] ??= []).push(...answers);
    this.waiting.splice(0).forEach((go) => go());
  }

  fetch = async (path: string, init: RequestInit): Promise<Response> => {
    const bytes = init.body as Uint8Array | undefined;
    this.asked.push({ path, method: init.method!, body: bytes && JSON.parse(new TextDecoder().decode(bytes)), headers: init.headers as Record<string, string> });
    expect(Number((init.headers as Record<string, string>)['x-hopluu-bytes'])).toBe(bytes?.length ?? 0);
    while (!this.answers[path]?.length) await new Promise<void>((go) => this.waiting.push(go));
    const answer = this.answers[path]!.shift();
    return answer instanceof Response ? answer : new Response(JSON.stringify(answer));
  };
}

describe('the page in the window', () => {
  let window: Window;
  let shell: Shell;

  beforeEach(() => {
    window = new Window();
    vi.stubGlobal('fetch', window.fetch);
    shell = new Shell();
  });

  afterEach(() => vi.unstubAllGlobals());

  it('knows where it is', () => {
    expect(isInWindow({ protocol: 'hopluu:', hostname: 'localhost' })).toBe(true);
    expect(isInWindow({ protocol: 'http:', hostname: 'hopluu.localhost' })).toBe(true);
    expect(isInWindow({ protocol: 'http:', hostname: '0123456789abcdef.localhost' })).toBe(false);
    expect(isInWindow({ protocol: 'http:', hostname: '127.0.0.1' })).toBe(false);
  });

  it('says how many bytes it sends, and what was cut is sent again by whoever sent it', async () => {
    window.answer('/api/x?person=%C4%90%E1%BB%97', new Response(null, { status: 400 }), new Response(JSON.stringify({ problems: [] }), { status: 422 }));
    const call = { method: 'POST' as const, path: '/api/x', query: { person: 'Đỗ' }, body: { text: 'số liệu' }, language: 'vi' };
    await expect(shell.call(call)).rejects.toBeInstanceOf(Unreachable);
    await expect(shell.call(call)).rejects.toBeInstanceOf(Refused);
    expect(window.asked[1]!.body).toEqual({ text: 'số liệu' });
  });

  it('hears what happened, says when the window is silent, and begins anew then', async () => {
    const told: unknown[] = [];
    const seen = (count: number) => vi.waitFor(() => expect(told.length).toBe(count));
    window.answer('/window/events', { next: 3, said: [{ hello: { revision: 7, scope: 'all' } }] });
    const stop = shell.listen((change) => told.push(change.scope), (heard, revision) => told.push([heard, revision]));
    await seen(1);
    window.answer('/window/events?after=3', { next: 5, said: [{ change: { revision: 8, scope: 'status' } }, 'silent'] });
    await seen(3);
    window.answer('/window/events?after=5', new Response(null, { status: 502 }));
    await seen(4);
    stop();
    expect(told).toEqual([[true, 7], 'status', [false, undefined], [false, undefined]]);
  });

  it('gives an offered file to the screen that takes it, or to one that opens soon after', async () => {
    const taken: string[] = [];
    shell.offered(() => false);
    window.answer('/window/events', { next: 1, said: [{ offered: { name: 'a.xlsx', handle: 'h1' } }] });
    const stop = shell.listen(() => {}, () => {});
    await vi.waitFor(() => expect(window.asked.length).toBe(2));
    shell.offered((file) => taken.push(file.name) > 0);
    window.answer('/window/events?after=1', { next: 2, said: [{ offered: { name: 'b.xlsx', handle: 'h2' } }] });
    await vi.waitFor(() => expect(taken).toEqual(['a.xlsx', 'b.xlsx']));
    stop();
  });

  it('hands over before it closes', async () => {
    const stopClosing = shell.closing(async () => 2);
    window.answer('/window/events', { next: 1, said: ['closing'] });
    window.answer('/window/handed-over', null);
    const stop = shell.listen(() => {}, () => {});
    await vi.waitFor(() => expect(window.asked.find((one) => one.path === '/window/handed-over')?.body).toEqual({ unsaved: 2 }));
    stopClosing();
    stop();
  });

  it('sends a file by its handle and never has its bytes', async () => {
    window.answer('/window/choose', { name: 'Báo cáo.xlsx', handle: 'h' });
    const file = await shell.chooseFile(['xlsx']);
    window.answer('/window/send', { changed: [] });
    await shell.send({ method: 'POST', path: '/api/periods/2023-q1/import', query: { dry_run: true }, language: 'vi' }, file!);
    expect(window.asked.at(-1)!.body).toEqual({ target: '/api/periods/2023-q1/import?dry_run=true', handle: 'h' });
  });
});
