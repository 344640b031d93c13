import { FluentBundle, FluentResource } from '@fluent/bundle';
import english from '../../words/en.ftl?raw';
import vietnamese from '../../words/vi.ftl?raw';
import type { Messages } from './keys';

export type Language = 'vi' | 'en';
export type Key = keyof Messages;
/** Keys of messages that need no facts. */
export type PlainKey = { [K in Key]: Messages[K] extends undefined ? K : never }[Key];

const bundles: Record<Language, FluentBundle> = { vi: bundle('vi', vietnamese), en: bundle('en', english) };
const chosen = $state({ language: 'vi' as Language });

function bundle(language: Language, source: string): FluentBundle {
  const made = new FluentBundle(language, { useIsolating: false });
  made.addResource(new FluentResource(source));
  return made;
}

export function language(): Language {
  return chosen.language;
}

export function speak(language: Language): void {
  chosen.language = language;
  document.documentElement.lang = language;
}

/** A message of the catalogue in the chosen language. */
export function t<K extends Key>(key: K, ...[facts]: Messages[K] extends undefined ? [] : [Messages[K]]): string {
  const bundle = bundles[chosen.language];
  const message = bundle.getMessage(key);
  return message?.value ? bundle.formatPattern(message.value, facts as Record<string, string | number> | undefined) : key;
}
