import { NoSession, Refused, Unreachable, queryText, type Call } from './host';
import type { Refusal } from './types';

/** Longest wait for an answer, ms. A submission of a large report takes seconds on an old disk. */
const LONGEST_WAIT = 60_000;

export interface Manner {
  /** Waits for any time: a person may take it before a dialog. */
  patient?: boolean;
  /** Looks at who answered; throws when it is not to be believed. */
  heard?: (response: Response) => void;
}

/** Asks the node by the page's own address, and gives its answer. */
export async function request(call: Call, body: BodyInit | undefined, headers: Record<string, string>, { patient, heard }: Manner = {}): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(call.path + queryText(call.query), {
      method: call.method,
      headers: { 'accept-language': call.language, ...headers },
      body,
      credentials: 'same-origin',
      signal: patient ? undefined : AbortSignal.timeout(LONGEST_WAIT),
    });
  } catch (error) {
    throw new Unreachable(String(error));
  }
  if (response.status === 401) throw new NoSession();
  heard?.(response);
  const told: unknown = await response.json().catch(() => null);
  if (response.ok) return told;
  if (told && typeof told === 'object' && 'problems' in told) throw new Refused(response.status, told as Refusal);
  throw new Unreachable(`${response.status}`);
}
