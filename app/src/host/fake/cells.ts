import type {
  CellEdit, EditOutcome, EntryView, FigureCell, FiguresView, FormRow, Problem, Readiness,
} from '../types';
import { form, formulas } from './form';
import { problem, readTyped, written } from './reading';

interface Entry { value: string; person: string; node: string; time: number; version: string }
interface Stored { entries: Entry[]; note: string; noted: number; draft: string | null; sent: boolean; past: Entry[] }

/** The figures of the fake node: one report, in memory. */
export class FakeFigures {
  revision = 1;
  readonly form = form('2023-q1');
  readonly rows = new Map(this.form.appendices.flatMap((one) => one.rows).map((row) => [row.id, row]));
  private readonly stored = new Map<string, Stored>();
  private count = 0;
  /** What came of each edit, by the name that the page gave it. */
  private readonly known = new Map<string, EditOutcome>();

  /** Lays values down as if they had been typed before. */
  seed(values: Record<string, string>, person = 'Nguyễn Thị Hạnh', sent = true): void {
    for (const [id, value] of Object.entries(values)) this.put(id, value, person, sent);
  }

  put(id: string, value: string, person: string, sent: boolean): void {
    const cell = this.at(id);
    const node = person === 'Trần Văn Minh' ? 'máy Văn thư' : 'máy Quầy 2';
    const entry = { value, person, node, time: Math.floor(Date.now() / 1000) - 60 * (200 - this.count), version: `v${++this.count}` };
    cell.past.push(entry);
    cell.entries = value === '' ? [] : [entry];
    cell.sent = sent;
    cell.draft = null;
  }

  /** Another machine's value beside the one that is there. */
  clash(id: string, value: string, person: string): void {
    const before = this.at(id).entries;
    this.put(id, value, person, true);
    this.at(id).entries = [...before, ...this.at(id).entries];
  }

  draft(id: string, text: string): void {
    this.at(id).draft = text;
  }

  note(id: string, note: string): void {
    this.at(id).note = note;
    this.at(id).noted++;
  }

  private at(id: string): Stored {
    let cell = this.stored.get(id);
    if (!cell) this.stored.set(id, (cell = { entries: [], note: '', noted: 0, draft: null, sent: false, past: [] }));
    return cell;
  }

  view(): FiguresView {
    return { revision: this.revision, cells: [...this.rows.values()].map((row) => this.cell(row)) };
  }

  history(id: string): EntryView[] {
    return this.at(id).past.map((entry) => this.entry(entry, this.rows.get(id)!)).reverse();
  }

  private entry(entry: Entry, row: FormRow): EntryView {
    return { written: written(entry.value, row), person: entry.person, node: entry.node, time: entry.time, version: entry.version, typed: entry.value };
  }

  private number(id: string): { value: number | null; waiting: string[] } {
    const formula = formulas.get(id);
    const row = this.rows.get(id);
    if (!row || !formula || row.kind !== 'computed') {
      const entries = this.stored.get(id)?.entries ?? [];
      if (entries.length !== 1) return { value: null, waiting: [id] };
      return { value: /^\d/.test(entries[0]!.value) ? Number(entries[0]!.value) : 0, waiting: [] };
    }
    const waiting: string[] = [];
    const text = formula.replace(/[a-z][\w.-]*\w/g, (name) => {
      const part = this.number(name);
      waiting.push(...part.waiting);
      return String(part.value ?? 0);
    });
    if (waiting.length > 0) return { value: null, waiting: [...new Set(waiting)] };
    const [left, right] = text.replace(/ \* 100$/, '').split(' / ');
    if (right !== undefined) return { value: Number(((Number(left) / Number(right)) * 100).toFixed(row.places || 1)), waiting };
    return { value: text.split(' + ').map(Number).reduce((sum, part) => sum + part, 0), waiting };
  }

  private cell(row: FormRow): FigureCell {
    const stored = this.stored.get(row.id);
    const past = PAST[row.id] ?? [];
    const entries = stored?.entries ?? [];
    const base: FigureCell = {
      id: row.id, written: '', editable: '', number: null, state: row.kind === 'heading' ? 'heading' : 'missing', reason: '', at_hub: stored?.sent ?? false,
      version: versionOf(stored), note: stored?.note ?? '', notes: [],
      entries: entries.map((entry) => this.entry(entry, row)), waiting_for: [], draft: null, locked: null,
      previous: past.length > 0 ? earlier(past, 0, row) : null, change: '', change_percent: '', earlier: past.map((_, at) => earlier(past, at, row)),
      problems: [], misfit: null,
    };
    if (row.kind === 'others') {
      base.locked = problem('cell-of-others', `${row.reporters[0] ?? 'Phòng Nội vụ'} báo cáo`, 'notice');
      return base;
    }
    if (row.kind === 'computed') {
      const { value, waiting } = this.number(row.id);
      if (value === null) return { ...base, state: 'waiting', waiting_for: waiting };
      return this.compared({ ...base, state: 'value', number: String(value), written: written(String(value), row), at_hub: true });
    }
    if (stored?.draft) {
      const read = readTyped(stored.draft, row);
      if ('problem' in read) base.draft = { text: stored.draft, problem: read.problem, readings: 'question' in read ? read.question : [] };
    }
    const value = entries[0]?.value;
    if (value === undefined) return base;
    const state = value === 'kps' ? 'nothing-arose' : value.startsWith('kad:') ? 'not-applicable' : 'value';
    const editable = state === 'value' ? value.replace('.', ',') : value;
    return this.compared({
      ...base, state, editable, written: written(value, row), reason: state === 'not-applicable' ? value.slice(4).trim() : '',
      number: state === 'value' ? value : null, problems: entries.length === 1 ? this.problems(row.id, value) : [],
    });
  }

  private compared(cell: FigureCell): FigureCell {
    if (cell.number == null || cell.previous?.number == null || cell.entries.length > 1) return cell;
    const [now, before] = [Number(cell.number), Number(cell.previous.number)];
    const sign = (value: number) => (value > 0 ? '+' : value < 0 ? '−' : '');
    const show = (value: number, places = 0) => new Intl.NumberFormat('vi', { maximumFractionDigits: places }).format(Math.abs(value));
    const points = this.rows.get(cell.id)!.value_type === 'percent';
    return {
      ...cell, change: `${sign(now - before)}${show(now - before, points ? 1 : 0)}${points ? ' điểm' : ''}`,
      change_percent: points || before === 0 || now === before ? '' : `${sign(now - before)}${show(((now - before) / before) * 100, 1)}%`,
    };
  }

  private problems(id: string, value: string): Problem[] {
    if (id !== 'pl4.3.1.2') return [];
    const total = this.number('pl4.3.1.1').value;
    if (total === null || Number(value) <= total) return [];
    const message = `Số đúng hạn (${value}) lớn hơn tổng số đã giải quyết (${total}). Sửa mục 3.1.2 hoặc 3.1.1.`;
    return [{ ...problem('figure-above-total', message), place: { indicator: id } }];
  }

  edit(edits: CellEdit[], dry: boolean, keepDrafts: boolean, person: string, name?: string): EditOutcome {
    const first = name === undefined ? undefined : this.known.get(name);
    if (first && !dry) {
      const ids = new Set(edits.map((edit) => edit.id));
      return { ...first, revision: this.revision, repeated: true, cells: this.view().cells.filter((cell) => ids.has(cell.id)) };
    }
    const before = new Map(this.view().cells.map((cell) => [cell.id, JSON.stringify(cell)]));
    const outcome: EditOutcome = {
      revision: this.revision, changes: [], unchanged: [], questions: [], refused: [], skipped: [], changed_since: [], cells: [],
    };
    for (const edit of edits) this.one(edit, dry, keepDrafts, person, outcome);
    if (dry) return outcome;
    outcome.revision = ++this.revision;
    outcome.cells = this.view().cells.filter((cell) => before.get(cell.id) !== JSON.stringify(cell));
    if (name !== undefined && outcome.cells.length > 0) this.known.set(name, outcome);
    return outcome;
  }

  private one(edit: CellEdit, dry: boolean, keepDrafts: boolean, person: string, outcome: EditOutcome): void {
    const row = this.rows.get(edit.id)!;
    const cell = this.cell(row);
    const text = edit.value ?? '';
    if (row.kind !== 'typed') {
      const why = problem('cell-computed', row.kind === 'computed' ? 'Ô này tự tính.' : `Ô này do ${row.reporters[0]} báo cáo.`);
      outcome.skipped.push({ id: edit.id, text, problem: why, agrees: row.kind === 'computed' && cell.written ? cell.written === text.replace('%', '') : null, here: cell.written });
      return;
    }
    if (edit.only_if != null && edit.only_if !== cell.version) {
      outcome.changed_since.push({ id: edit.id, entry: this.history(edit.id)[0] ?? null, version: cell.version });
      return;
    }
    if (edit.drop_draft && !dry) this.at(edit.id).draft = null;
    if (edit.note != null && !dry) this.note(edit.id, edit.note);
    if (edit.value == null) return;
    const read = readTyped(text, row);
    if (!('value' in read)) {
      if ('question' in read) outcome.questions.push({ id: edit.id, text, problem: read.problem, readings: read.question });
      else outcome.refused.push({ id: edit.id, of: 'value', text, problem: read.problem });
      if (keepDrafts && !dry) this.at(edit.id).draft = text;
      return;
    }
    const old = this.at(edit.id).entries;
    if (old.length <= 1 && (old[0]?.value ?? '') === read.value) {
      outcome.unchanged.push(edit.id);
      if (!dry) this.at(edit.id).draft = null;
      return;
    }
    const noted = /^\d{1,3},\d{3}$/.test(text) ? problem('number-noted', `“${text}” được hiểu là ${written(read.value, row)}.`, 'notice') : null;
    outcome.changes.push({
      id: edit.id, before: old.map((entry) => written(entry.value, row)).join(' | '), after: written(read.value, row), before_typed: old.length === 1 ? old[0]!.value : '', after_typed: read.value, noted,
    });
    if (!dry) {
      this.put(edit.id, read.value, person, false);
      this.at(edit.id).past.at(-1)!.time = Math.floor(Date.now() / 1000);
    }
  }

  waiting(): number {
    return [...this.stored.values()].filter((cell) => cell.entries.length > 0 && !cell.sent).length;
  }

  sendAll(): void {
    for (const cell of this.stored.values()) cell.sent = true;
    this.revision++;
  }

  readiness(): Readiness {
    const cells = this.view().cells.filter((cell) => this.rows.get(cell.id)!.kind === 'typed');
    const where = (cell: FigureCell, code: string, message: string): Problem => ({ ...problem(code, message), place: { indicator: cell.id } });
    const missing = cells.filter((cell) => cell.state === 'missing');
    return {
      typed: cells.length, filled: cells.length - missing.length, missing: missing.length, since_last: null, submissions: [],
      warnings: cells.flatMap((cell) => cell.problems),
      blocking: [
        ...cells.filter((cell) => cell.entries.length > 1).map((cell) =>
          where(cell, 'conflict-open', `Mục ${this.rows.get(cell.id)!.number} còn ${cell.entries.length} giá trị: ${cell.entries.map((entry) => entry.written).join(' và ')}. Chọn một giá trị rồi nộp.`)),
        ...missing.map((cell) => where(cell, 'cell-missing', `Mục ${this.rows.get(cell.id)!.number} ${this.rows.get(cell.id)!.label} chưa báo cáo.`)),
      ],
    };
  }
}

/** A cell's version covers its values and its note. It is never the name of one change. */
function versionOf(stored: Stored | undefined): string {
  return `cell:${stored?.entries.map((entry) => entry.version).join('+') || (stored?.past.at(-1)?.version ?? '0')}/${stored?.noted ?? 0}`;
}

function earlier(past: string[], at: number, row: FormRow) {
  const names = ['quý IV năm 2022', 'quý III năm 2022', 'quý II năm 2022', 'quý I năm 2022'];
  const value = past[at]!;
  return { period: `2022-q${4 - at}`, name: names[at]!, written: written(value, row), number: /^\d/.test(value) ? value : null };
}

/** What the last quarters had, latest first. */
const PAST: Record<string, string[]> = {
  'pl4.1.4.2': ['391', '391', '389', '388'], 'pl4.2.1': ['2', '2', '2'], 'pl4.2.2': ['46', '46', '43', '38'], 'pl4.2.3': ['kps', 'kps'],
  'pl4.3.1': ['94.8', '95.2', '94.1', '94.9'], 'pl4.3.1.1': ['918', '877', '915', '861'], 'pl4.3.1.2': ['870', '835', '861', '817'],
  'pl2.2.2': ['2'], 'pl2.5.1': ['90', '80'], 'pl8.6.4.1': ['1204', '1102', '1093', '998'], 'pl8.6.4.2': ['310', '288'],
  'pl8.6.1.1': ['171', '160'], 'pl8.6.2.1': ['148', '140'],
};
