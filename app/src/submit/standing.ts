import type { SubmissionView } from '../host/types';
import { t } from '../words/index.svelte';

/** Where a submission stands at the hub, in words. */
export function standingOf({ standing }: SubmissionView): { words: string; tone: 'ok' | 'warn' | 'bad' | 'info' } {
  switch (standing) {
    case 'accepted': return { words: t('standing-accepted'), tone: 'ok' };
    case 'returned': return { words: t('standing-returned'), tone: 'bad' };
    case 'received': return { words: t('standing-received'), tone: 'info' };
    default: return { words: t('standing-here'), tone: 'warn' };
  }
}
