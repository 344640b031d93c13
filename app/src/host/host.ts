import type { Change, Refusal } from './types';

export interface Call {
  method: 'GET' | 'PUT' | 'POST';
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  language: string;
}

/** A file that a person chose. A window hands over a path and reads it outside the page; a browser has the bytes. */
export interface ChosenFile {
  name: string;
  text(): Promise<string>;
  source: unknown;
}

/** What the page needs of where it runs: a browser, or the program's window. */
export interface Host {
  call(call: Call): Promise<unknown>;
  /** The run of the program that this page speaks to, where that is not certain by itself. */
  run?(): string | undefined;
  /** Speaks to another run from now on. */
  accept?(name: string): void;
  /** Tells what changed, and whether the node is heard at all. Returns what stops it. */
  listen(changed: (change: Change) => void, heard: (heard: boolean, revision?: number) => void): () => void;
  chooseFile(endings: string[]): Promise<ChosenFile | null>;
  dropped(event: DragEvent): ChosenFile | null;
  /** Hears of files that a person gave the window: dropped there, or opened with the program. Whoever takes one says so. */
  offered(take: (file: ChosenFile) => boolean): () => void;
  /** Is called before the window closes; answers how many changes the node has not written. A browser asks by itself. */
  closing(handOver: () => Promise<number>): () => void;
  /** Sends a file to the node: the body of a call. */
  send(call: Call, file: ChosenFile): Promise<unknown>;
  /** Lets a person keep a file that the node makes. Gives its name when it is known to be kept. */
  keep(path: string, query: Record<string, string>, language: string): Promise<string | null>;
}

/** The node answered and said no. */
export class Refused extends Error {
  constructor(readonly status: number, readonly refusal: Refusal) {
    super(refusal.problems.map((problem) => problem.message || problem.code).join(' '));
  }
}

/** The node did not answer: whether it did anything is not known. */
export class Unreachable extends Error {}

/** The page has no session: it was not opened by the program. */
export class NoSession extends Error {}

export function queryText(query: Call['query']): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) parts.set(name, String(value));
  const text = parts.toString();
  return text ? `?${text}` : '';
}
