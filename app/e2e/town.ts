// A small town of real processes: a hub, and offices that a browser opens.
import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(import.meta.dirname, '../..');
const BINARY = process.env.HOPLUU ?? join(ROOT, 'target/debug/hopluu');

export const PERIOD = '2023-q1';

/** The program over one data directory. `serve` is killed when the town ends. */
export class Program {
  /** Where it listens for other nodes. */
  listening = '';
  private serving: ChildProcess | undefined;

  constructor(readonly data: string, private readonly person = 'An') {}

  /** Runs a command to its end and gives what it printed. */
  run(...args: string[]): Promise<string> {
    return new Promise((done, failed) => {
      const all = ['--data', this.data, '--lang', 'en', '--person', this.person, ...args];
      execFile(BINARY, all, (error, out, told) => (error ? failed(new Error(`${args.join(' ')}: ${told}`)) : done(out)));
    });
  }

  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.run('--json', ...args)) as T;
  }

  /** Starts `serve` and waits until it answers. */
  async serve(...args: string[]): Promise<void> {
    const child = spawn(BINARY, ['--data', this.data, '--lang', 'en', 'serve', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.serving = child;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes('http://')) return;
      this.listening = line.split(' ').at(-1)!.replace(/\.$/, '');
    }
    throw new Error('serve ended before it was up');
  }

  /** Ends `serve` as a power cut would. */
  async kill(): Promise<void> {
    const child = this.serving;
    this.serving = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** A link that opens the page, good once. */
  async link(): Promise<string> {
    return (await this.run('open', '--print')).trim().split(/\s+/).find((word) => word.startsWith('http'))!;
  }
}

/** The demo's town: a hub that serves, and room for offices. */
export class Town {
  readonly dir = mkdtempSync(join(tmpdir(), 'hopluu-e2e-'));
  readonly hub = new Program(join(this.dir, 'hub'), 'Phòng Nội vụ');
  private readonly programs = [this.hub];
  private address = '';

  static async found(): Promise<Town> {
    const town = new Town();
    await town.hub.run('init', '--hub', '--town', join(ROOT, 'node/demo/town.toml'));
    await town.startHub('127.0.0.1:0');
    return town;
  }

  /** Starts the hub again where its offices look for it. */
  async startHub(address = this.address): Promise<void> {
    await this.hub.serve('--listen', address);
    this.address = this.hub.listening;
  }

  async invitation(unit: string): Promise<string> {
    return (await this.hub.run('invite', unit)).trim();
  }

  /** A machine that has joined nothing yet. */
  machine(name: string): Program {
    const program = new Program(join(this.dir, name));
    this.programs.push(program);
    return program;
  }

  /** A machine of a unit that has joined. */
  async office(name: string, unit: string): Promise<Program> {
    const program = this.machine(name);
    await program.run('join', await this.invitation(unit), '--name', name);
    return program;
  }

  async end(): Promise<void> {
    await Promise.all(this.programs.map((program) => program.kill()));
    rmSync(this.dir, { recursive: true, force: true });
  }
}
