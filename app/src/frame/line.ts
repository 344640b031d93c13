import type { LineKind, Status } from '../host/types';
import { t } from '../words/index.svelte';
import { clock } from '../words/dates';

const DAY = 86_400_000;

/** One sentence: where the data is. */
export function lineSentence({ line, hub_name }: Status, now = Date.now()): string {
  const count = line.waiting;
  if (line.receiving > 0 && (line.kind === 'all-sent' || line.kind === 'sending')) return t('line-receiving', { count: line.receiving });
  switch (line.kind) {
    case 'all-sent': return line.all_sent_at ? t('line-all-sent', { time: clock(line.all_sent_at) }) : t('line-all-sent-plain');
    case 'waiting': return t('line-waiting-network', { count });
    case 'sending': return t('line-sending', { count });
    case 'hub-silent': return line.retry_in_s == null ? t('line-hub-silent-plain') : t('line-hub-silent', { seconds: line.retry_in_s });
    case 'never-joined': return t('line-never-joined', { count });
    case 'long-silence': return t('line-long-silence', { days: Math.floor((now - (line.last_contact ?? now)) / DAY), count });
    case 'revoked': return t('line-revoked', { hub: hub_name });
    case 'refused': return t('line-refused', { count: line.refused });
    case 'cannot-write': return t('line-cannot-write');
    case 'hub': return t('line-hub');
  }
}

export function lineTone(kind: LineKind): 'ok' | 'wait' | 'bad' {
  if (kind === 'all-sent' || kind === 'hub') return 'ok';
  return kind === 'cannot-write' || kind === 'revoked' || kind === 'refused' ? 'bad' : 'wait';
}
