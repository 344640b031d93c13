import { language, t } from './index.svelte';

const two = (number: number) => String(number).padStart(2, '0');

/** `15:41`, by this machine's clock. */
export function clock(ms: number): string {
  const at = new Date(ms);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `14/3`, with the year when it is another. */
export function day(ms: number): string {
  const at = new Date(ms);
  const short = `${at.getDate()}/${at.getMonth() + 1}`;
  return at.getFullYear() === new Date().getFullYear() ? short : `${short}/${at.getFullYear()}`;
}

/** `14/3/2023` of `2023-03-14`. */
export function dateOf(iso: string): string {
  const [year, month, date] = iso.split('-').map(Number);
  return year && month && date ? `${date}/${month}/${year}` : iso;
}

/** `15:41 hôm nay`, else `14/3, 15:41`. */
export function moment(ms: number): string {
  const today = new Date().toDateString() === new Date(ms).toDateString();
  return today ? t('time-today', { time: clock(ms) }) : `${day(ms)}, ${clock(ms)}`;
}

/** `Thứ Năm` of `2023-03-16`. */
export function weekday(iso: string): string {
  const at = new Date(`${iso}T00:00:00`);
  return new Intl.DateTimeFormat(language(), { weekday: 'long' }).format(at);
}

/** Whole days from now until the end of a day. */
export function daysUntil(iso: string, now = Date.now()): number {
  const start = new Date(now);
  start.setHours(0, 0, 0, 0);
  return Math.round((new Date(`${iso}T00:00:00`).getTime() - start.getTime()) / 86_400_000);
}

/** Initials of a person's name: of the family's and the given one. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const chosen = words.length > 1 ? [words[0]!, words.at(-1)!] : words;
  return chosen.map((word) => word[0]!.toLocaleUpperCase('vi')).join('') || '?';
}
