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
export type EditRequest = Schemas['EditRequest'];
export type CellSince = Schemas['CellSince'];
export type EditOutcome = Schemas['EditOutcome'];
export type CellChange = EditOutcome['changes'][number];
export type ImportPlan = Schemas['ImportPlan'];
export type TextSplice = Schemas['TextSplice'];
export type TextView = Schemas['TextGrown'];
export type TextFigure = Schemas['TextFigure'];
export type TextConflict = Schemas['TextConflict'];
/** An edit by splices, as this page makes them all. */
export type TextEdit = { heads: string[]; splices: TextSplice[]; edit_id?: string; settles?: string };
export type TornText = Schemas['TornText'];
export type EditedText = Schemas['EditedText'];
export type TextSummary = Schemas['TextSummary'];
export type TextsView = Schemas['TextsView'];
export type TextVersion = Schemas['TextVersion'];
export type Readiness = Schemas['Readiness'];
export type PagesView = Schemas['PagesView'];
export type Settings = Required<Schemas['Settings']>;
export type InvitationReading = Schemas['InvitationReading'];
export type SyncOutcome = Schemas['SyncOutcome'];
export type Change = Schemas['Change'];

/** A problem in words. */
export function wordsOf(problem: Problem): string {
  return problem.message || problem.detail;
}
