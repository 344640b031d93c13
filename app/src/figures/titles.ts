import type { FormAppendix } from '../host/types';

/** Fewest words that titles of a form must begin with alike to leave them out. */
const LEAST = 3;

/** `quý I năm 2023` at the beginning of a line. */
export function capital(text: string): string {
  return text.replace(/^./u, (letter) => letter.toLocaleUpperCase('vi'));
}

/** What tells the appendices apart: their titles without the words that most of them begin with. */
export function titlesOf(appendices: FormAppendix[]): Map<string, string> {
  const split = appendices.map((appendix) => appendix.title.split(/\s+/));
  return new Map(appendices.map((appendix, at) => {
    const words = split[at]!;
    let common = 0;
    for (let length = 1; length < words.length; length++) {
      const alike = split.filter((other) => words.slice(0, length).every((word, index) => other[index] === word)).length;
      if (alike * 2 >= appendices.length && alike > 1) common = length;
    }
    return [appendix.id, capital(words.slice(common >= LEAST ? common : 0).join(' '))];
  }));
}
