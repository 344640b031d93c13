import type { FormSection } from '../host/types';

/** `II.2.b` of each section: its number after those that it stands under. */
export function fullNumbers(sections: FormSection[]): Map<string, string> {
  const above: FormSection[] = [];
  return new Map(sections.map((section) => {
    while (above.length > 0 && above.at(-1)!.depth >= section.depth) above.pop();
    above.push(section);
    return [section.id, above.map((one) => one.number.replace(/\.$/, '')).join('.')];
  }));
}
