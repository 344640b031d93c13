/** What the local API says. Names are the schemas' of its OpenAPI description. */
export interface Problem { code: string; message: string; severity?: string; args?: Record<string, string>; place?: Place; detail?: string }
export interface Place { file?: string; sheet?: string; cell?: string; line?: number; indicator?: string; section?: string }
export interface Refusal { reason: string; problems: Problem[] }

export type LineKind =
  | 'all-sent' | 'waiting' | 'sending' | 'hub-silent' | 'receiving' | 'never-joined' | 'long-silence'
  | 'revoked' | 'refused' | 'cannot-write' | 'hub';
export interface LineView {
  kind: LineKind; waiting: number; receiving: number; refused: number;
  last_contact: number | null; all_sent_at: number | null; retry_in_s: number | null;
}
export interface SubmissionView {
  id: string; person: string; signed_at: number; standing: unknown; received_at?: number | null;
  reasons: string[]; warnings?: Problem[];
}
export interface PeriodStatus {
  period: string; name: string; first_day: string; last_day: string; deadline: string; locked?: string | null;
  cells: number; filled: number; conflicts: number; misfits: number; problems?: Problem[];
  submissions: { unit: string; name: string; submissions: SubmissionView[] }[];
}
export interface Status {
  revision: number; town_name: string; hub_name: string; machine: string; line: LineView;
  node: string; unit?: string | null; unit_name: string; role?: string | null; hub: boolean; hub_addresses: string[];
  periods: PeriodStatus[]; unacknowledged: number; peers: { name: string; in_sync: boolean }[]; problems?: Problem[];
}

export interface Form {
  period: string; period_name: string; previous?: string | null; previous_name?: string | null;
  unit: string; unit_name: string; appendices: FormAppendix[]; sections: FormSection[];
}
export interface FormAppendix { id: string; title: string; short: string; rows: FormRow[] }
export type RowKind = 'heading' | 'typed' | 'computed' | 'others';
export type ValueType = 'count' | 'decimal' | 'percent' | 'money' | 'choice' | 'flag' | 'text' | 'none';
export interface FormRow {
  id: string; number: string; label: string; depth: number; unit: string; kind: RowKind; value_type: ValueType;
  places: number; choices: { code: string; label: string }[]; formula?: string | null; rules: string[]; reporters: string[];
  required: boolean; copies_last: boolean;
}
export interface FormSection { id: string; number: string; title: string; guidance: string; depth: number; typed: boolean }

export interface EntryView { written: string; person: string; node: string; time: number; version?: string; typed?: string }
export interface EarlierValue { period: string; name: string; written: string; number?: string | null }
export interface NumberReading { typed: string; written: string; argument: string }
export interface CellDraft { text: string; problem: Problem; readings: NumberReading[] }
export type CellState = 'missing' | 'value' | 'nothing-arose' | 'not-applicable' | 'waiting' | 'heading';
export interface FigureCell {
  id: string; written: string; editable: string; number?: string | null; state: CellState; reason: string; at_hub: boolean;
  version: string; note: string; entries: EntryView[]; waiting_for: string[]; draft?: CellDraft | null; locked?: Problem | null;
  previous?: EarlierValue | null; change: string; change_percent: string; earlier: EarlierValue[]; problems: Problem[]; misfit?: string | null;
}
export interface FiguresView { revision: number; locked?: Problem | null; cells: FigureCell[] }

export interface CellEdit { id: string; value?: string; note?: string; only_if?: string; drop_draft?: boolean }
export interface EditRequest { edits: CellEdit[]; dry_run?: boolean; keep_drafts?: boolean }
export interface CellChange { id: string; before: string; after: string; before_typed: string; after_typed: string; noted?: Problem | null }
export interface EditQuestion { id: string; text: string; readings: NumberReading[] }
export interface EditRefused { id: string; text: string; problem: Problem }
export interface EditSkipped { id: string; text: string; problem: Problem; agrees?: boolean | null; here: string }
export interface ChangedSince { id: string; entry: EntryView }
export interface EditOutcome {
  revision: number; changes: CellChange[]; unchanged: string[]; questions: EditQuestion[]; refused: EditRefused[];
  skipped: EditSkipped[]; changed_since: ChangedSince[]; cells: FigureCell[];
}

export interface ImportPlan {
  dry_run: boolean; changed: { id: string; label: string; before: string; after: string; found?: string | null }[];
  unchanged: number; left_out: Problem[]; more_left_out: number; remarks: Problem[]; problems: Problem[];
}

export interface TextSplice { at: number; removed: number; inserted: string }
export interface TextConflict { from: number; to: number; variants: EntryView[] }
export interface TextView {
  section: string; title: string; guidance: string; text: string; heads: string[]; previous?: string; conflicts?: TextConflict[];
}
export interface EditedText extends TextView { splices: TextSplice[] }
export interface TextSummary { section: string; words: number; at_hub: boolean; changed_at?: number | null; changed_by: string; conflicts: number }
export interface TextsView { revision: number; texts: TextSummary[] }
export interface TextVersion { person: string; node: string; time: number; words_added: number; words_removed: number; text: string }

export interface Readiness {
  blocking: Problem[]; warnings: Problem[]; missing: number; typed: number; filled: number;
  since_last?: { cells: { id: string; label: string; before: string; after: string }[]; texts: string[] } | null;
  submissions: SubmissionView[];
}
export interface Settings {
  language: 'vi' | 'en'; theme: 'system' | 'light' | 'dark'; text_size: number; person: string; people: string[]; seen: string[];
}
export interface InvitationView {
  town: string; unit: string; unit_name: string; role: string; hub_addresses: string[]; key: string; words?: string[] | null; expires: number;
}
export interface SyncOutcome { in_sync: boolean; unacknowledged: number; problems?: Problem[] }
export interface Change { revision: number; scope: string }
