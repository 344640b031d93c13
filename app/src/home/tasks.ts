import type { Form, TextSummary } from '../host/types';
import type { Trouble } from '../figures/problems';
import type { Screen } from '../frame/router.svelte';
import type { Icon, Tone } from '../figures/state';
import { fullNumbers } from '../text/numbers';
import { t } from '../words/index.svelte';

/** Something to do before the report can be submitted. */
export interface Task { icon: Icon | 'pen'; tone: Tone | 'c-accent'; title: string; detail: string; act: string; screen: Screen; rest: string[] }

/** What is to be done, what blocks most first. */
export function tasksOf(form: Form, troubles: Trouble[], texts: TextSummary[]): Task[] {
  const of = (kind: Trouble['kind']) => troubles.filter((trouble) => trouble.kind === kind);
  const places = (list: Trouble[]) => list.slice(0, 4).map((trouble) => place(form, trouble)).join('; ') + (list.length > 4 ? '; …' : '');
  const said = (list: Trouble[]) => `${place(form, list[0]!)}: ${list[0]!.text}`;
  const rest = (list: Trouble[]) => [list[0]!.appendix, list[0]!.id];
  const tasks: Task[] = [];
  const [conflicts, invalid, broken, missing] = [of('conflict'), of('invalid'), of('rule'), of('missing')];
  if (conflicts.length > 0) tasks.push({ icon: 'split', tone: 'c-conf', title: t('task-conflicts', { count: conflicts.length }), detail: said(conflicts), act: t('task-choose'), screen: 'conflicts', rest: [conflicts[0]!.id] });
  const torn = texts.filter((text) => text.conflicts > 0);
  if (torn.length > 0) {
    const titles = torn.map(({ section }) => form.sections.find((one) => one.id === section)?.title ?? section);
    tasks.push({ icon: 'split', tone: 'c-conf', title: t('task-torn', { count: torn.reduce((sum, text) => sum + text.conflicts, 0) }), detail: titles.slice(0, 2).join('; '), act: t('task-choose'), screen: 'conflicts', rest: [torn[0]!.section] });
  }
  if (invalid.length > 0) tasks.push({ icon: 'alert', tone: 'c-bad', title: t('task-invalid', { count: invalid.length }), detail: said(invalid), act: t('task-mend'), screen: 'figures', rest: rest(invalid) });
  if (broken.length > 0) tasks.push({ icon: 'alert', tone: 'c-bad', title: t('task-broken', { count: broken.length }), detail: said(broken), act: t('task-mend'), screen: 'figures', rest: rest(broken) });
  if (missing.length > 0) tasks.push({ icon: 'dashed', tone: 'c-warn', title: t('task-missing', { count: missing.length }), detail: places(missing), act: t('task-type'), screen: 'figures', rest: rest(missing) });
  const unwritten = form.sections.filter((section) => section.typed && (texts.find((text) => text.section === section.id)?.words ?? 0) === 0);
  if (texts.length > 0 && unwritten.length > 0) {
    tasks.push({ icon: 'pen', tone: 'c-accent', title: t('task-texts', { count: unwritten.length }), detail: unwritten.map((section) => `${fullNumbers(form.sections).get(section.id)} ${section.title}`).slice(0, 2).join('; '), act: t('task-write'), screen: 'text', rest: [unwritten[0]!.id] });
  }
  return tasks;
}

function place(form: Form, trouble: Trouble): string {
  const appendix = form.appendices.find((one) => one.id === trouble.appendix);
  return t('cell-place', { appendix: appendix?.short ?? '', cell: trouble.number });
}
