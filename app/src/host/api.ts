import host from '#host';
import { language } from '../words/index.svelte';
import type { Call, ChosenFile } from './host';
import type * as T from './types';

function call<A>(method: Call['method'], path: string, query?: Call['query'], body?: unknown): Promise<A> {
  return host.call({ method, path, query, body, language: language() }) as Promise<A>;
}

const part = encodeURIComponent;
const of = (period: string) => `/api/periods/${part(period)}`;

/** The local API, one function a question. */
export const api = {
  status: () => call<T.Status>('GET', '/api/status'),
  form: (period: string) => call<T.Form>('GET', `${of(period)}/form`),
  figures: (period: string) => call<T.FiguresView>('GET', `${of(period)}/figures`),
  edit: (period: string, person: string, request: T.EditRequest) =>
    call<T.EditOutcome>('POST', `${of(period)}/edits`, { person }, request),
  cellHistory: (period: string, id: string) => call<T.EntryView[]>('GET', `${of(period)}/cells/${part(id)}/history`),
  texts: (period: string) => call<T.TextsView>('GET', `${of(period)}/texts`),
  text: (period: string, section: string) => call<T.TextView>('GET', `${of(period)}/texts/${part(section)}`),
  editText: (period: string, section: string, person: string, edit: T.TextEdit) =>
    call<T.EditedText>('PUT', `${of(period)}/texts/${part(section)}`, { person }, edit),
  tornTexts: (period: string) => call<T.TornText[]>('GET', `${of(period)}/text-conflicts`),
  textHistory: (period: string, section: string) => call<T.TextVersion[]>('GET', `${of(period)}/texts/${part(section)}/history`),
  readiness: (period: string) => call<T.Readiness>('GET', `${of(period)}/readiness`),
  pages: (period: string, submission?: string) => call<T.PagesView>('GET', `${of(period)}/pages`, { submission }),
  submit: (period: string, person: string) => call<T.SubmissionView>('POST', `${of(period)}/submit`, { person }),
  settings: () => call<T.Settings>('GET', '/api/settings'),
  setSettings: (settings: T.Settings) => call<T.Settings>('PUT', '/api/settings', {}, settings),
  invitation: (text: string) => call<T.InvitationReading>('POST', '/api/invitation', {}, { text }),
  join: (invitation: string, node_name: string, person: string) =>
    call<T.SyncOutcome>('POST', '/api/join', { person }, { invitation, node_name }),
  sync: () => call<T.SyncOutcome>('POST', '/api/sync'),
  import: (period: string, person: string, file: ChosenFile, dry_run: boolean) =>
    host.send(
      { method: 'POST', path: `${of(period)}/import`, query: { file: file.name, person, dry_run }, language: language() },
      file,
    ) as Promise<T.ImportPlan>,
  keepReport: (period: string, format: string) => host.keep(`${of(period)}/report`, { format }, language()),
};

export { host };
