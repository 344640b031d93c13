import type { components } from './openapi';

type Schemas = components['schemas'];

/** What the local API says, by the names of its OpenAPI description. */
export type Problem = Schemas['Problem'];
export type Refusal = Schemas['Refusal'];
export type LineKind = Schemas['LineKind'];
export type Status = Schemas['StatusGrown'];
export type PeriodStatus = Schemas['PeriodStatus'];
export type SubmissionView = Schemas['SubmissionView'];
export type Form = Schemas['Form'];
export type FormAppendix = Schemas['FormAppendix'];
export type FormRow = Schemas['FormRow'];
export type FormSection = Schemas['FormSection'];
export type RowType = Schemas['RowType'];
export type EntryView = Schemas['EntryView'];
export type NumberReading = Schemas['NumberReading'];
export type FigureCell = Schemas['FigureCell'];
export type FiguresView = Schemas['FiguresView'];
export type CellEdit = Schemas['CellEdit'];
/** An edit names itself, so that the node writes it once however often it is sent. */
export type EditRequest = Schemas['EditRequest'] & { edit_id?: string };
/** A cell that is not as an edit's author saw it, and the version that it has now. */
export type CellSince = Schemas['CellSince'] & { version?: string };
/** `repeated`: the edit had been written before; this answer wrote nothing. */
export type EditOutcome = Omit<Schemas['EditOutcome'], 'changed_since'> & { changed_since: CellSince[]; repeated?: boolean };
export type CellChange = EditOutcome['changes'][number];
export type ImportPlan = Schemas['ImportPlan'];
export type TextSplice = Schemas['TextSplice'];
export type TextView = Schemas['TextGrown'];
export type TextConflict = Schemas['TextConflict'];
/** An edit has a name, the same each time it is sent, by which the node writes it once. */
export type TextEdit = { heads: string[]; splices: TextSplice[]; edit_id?: string };
export type EditedText = Schemas['EditedText'] & { repeated?: boolean };
export type TextSummary = Schemas['TextSummary'];
export type TextsView = Schemas['TextsView'];
export type TextVersion = Schemas['TextVersion'];
export type Readiness = Schemas['Readiness'];
export type Settings = Required<Schemas['Settings']>;
export type InvitationReading = Schemas['InvitationReading'];
export type SyncOutcome = Schemas['SyncOutcome'];
export type Change = Schemas['Change'];

/** A problem in words. */
export function wordsOf(problem: Problem): string {
  return problem.message || problem.detail;
}
