import { NoSession, Refused, Unreachable, queryText, type Call } from './host';
import type { Refusal } from './types';

/** Longest wait for an answer, ms. A submission of a large report takes seconds on an old disk. */
const LONGEST_WAIT = 60_000;

/** Asks the node by the page's own address, and gives its answer. A person may take any time before a dialog. */
export async function request(call: Call, body: BodyInit | undefined, headers: Record<string, string>, patient = false): Promise<unknown> {
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
  const told: unknown = await response.json().catch(() => null);
  if (response.ok) return told;
  if (told && typeof told === 'object' && 'problems' in told) throw new Refused(response.status, told as Refusal);
  throw new Unreachable(`${response.status}`);
}
