import { api } from '../host/api';
import { wordsOf } from '../host/types';
import { t } from '../words/index.svelte';
import { say } from './messages.svelte';

/** Asks the node to send what waits, and says what came of it. */
export async function tryNow(): Promise<void> {
  try {
    const outcome = await api.sync();
    const [problem] = outcome.problems ?? [];
    say(problem ? wordsOf(problem) : outcome.in_sync ? t('sync-done') : t('sync-waiting', { count: outcome.unacknowledged }));
  } catch (error) {
    say((error as Error).message, 'warn');
  }
}
