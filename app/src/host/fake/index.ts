import { Refused, Unreachable, type Call, type ChosenFile, type Host } from '../host';
import type { Change, EditRequest, ImportPlan, Settings, SubmissionView, TextEdit, TextView, TornText } from '../types';
import { FakeFigures } from './cells';
import { problem } from './reading';
import { Sequence } from './sequence';

/** An in-memory node for trying the page without one. `fake.dead = true` in the console stops it. */
class FakeNode {
  dead = false;
  /** So many answers to edits are lost on their way, after the node has written. */
  loseAnswers = 0;
  joined = !new URLSearchParams(location.search).has('start');
  figures = new FakeFigures();
  texts = new Map<string, Sequence>();
  settings: Settings = { language: 'vi', theme: 'system', text_size: 100, person: 'Nguyễn Thị Hạnh', people: ['Nguyễn Thị Hạnh', 'Trần Văn Minh', 'Lê Quang Thắng'], seen: [] };
  submissions: SubmissionView[] = [];
  changed: (change: Change) => void = () => {};
  heard: (heard: boolean, revision?: number) => void = () => {};

  constructor() {
    this.figures.seed({
      'pl2.2.2': '2', 'pl2.5': '1', 'pl2.5.1': '85', 'pl4.1.4.2': '396', 'pl4.2.2': '46', 'pl4.3.1.1': '855', 'pl8.6.1.1': '179', 'pl8.6.1.2': '179',
      'pl8.6.1.3': '7', 'pl8.6.2.1': '150', 'pl8.6.2.2': '150', 'pl8.6.2.3': '18', 'pl8.6.4.1': '1121', 'pl8.6.4.2': '295', 'pl8.6.5.1': '69', 'ii2b.nh': '319',
      'ii2c.slip': '1103', 'ii2c.same': '15', 'ii2c.early': '651', 'ii2c.on': '186', 'ii2c.late': '38',
    });
    this.figures.seed({ 'pl4.3.1.2': '820', 'pl8.6.5.2': 'kps' }, 'Nguyễn Thị Hạnh', false);
    this.figures.clash('pl4.3.1.1', '875', 'Trần Văn Minh');
    this.figures.draft('pl4.2.3', 'chưa có');
    this.figures.note('pl8.6.5.2', 'Cổng DVC tỉnh');
    this.texts.set('ii.2.c', new Sequence('Trong quý I năm 2023, tính từ ngày 15/12/2022 đến ngày 10/3/2023, Trung tâm Hành chính công thị xã tiếp nhận tổng số 1.118 hồ sơ thuộc các lĩnh vực thuộc thẩm quyền giải quyết của UBND thị xã. Trong đó có 1.103 hồ sơ có ghi giấy hẹn và 15 hồ sơ giải quyết trong ngày không ghi giấy hẹn.\nHồ sơ trễ hẹn chủ yếu do phải xác minh thực địa và chờ ý kiến của cơ quan phối hợp. Trung tâm nhắc hạn hằng ngày và gửi thư xin lỗi kèm ngày hẹn mới đối với từng hồ sơ quá hạn.'));
  }

  tell(scope: string): void {
    this.changed({ revision: this.figures.revision, scope });
  }

  answer(call: Call): unknown {
    if (this.dead) throw new Unreachable('dead');
    const { path, body } = call;
    const parts = path.split('/').slice(2).map(decodeURIComponent);
    const key = `${call.method} ${parts[0] === 'periods' ? parts.slice(2, 3).join() : parts[0]}`;
    const person = String(call.query?.person ?? '');
    switch (key) {
      case 'GET status': return this.status();
      case 'GET form': return this.figures.form;
      case 'GET figures': return this.figures.view();
      case 'POST edits': return this.edits(body as EditRequest, person);
      case 'GET cells': return this.figures.history(parts[3]!);
      case 'GET texts': return parts.length > 4 ? this.versions(parts[3]!) : parts.length > 3 ? this.text(parts[3]!) : this.summaries();
      case 'GET text-conflicts': return this.torn();
      case 'PUT texts': return this.editText(parts[3]!, body as TextEdit);
      case 'GET readiness': return { ...this.figures.readiness(), submissions: this.submissions };
      case 'POST submit': return this.submit(person);
      case 'GET settings': return this.settings;
      case 'PUT settings': this.settings = body as Settings; this.tell('settings'); return this.settings;
      case 'POST invitation': return { town: 'UBND thị xã Hương Trà', unit: 'hanh-chinh-cong', unit_name: 'Trung tâm Hành chính công thị xã Hương Trà', role: 'officer', hub_addresses: ['10.0.0.1:7400'], key: 'K7QM4-T2X9D-HE3AB-V0C5N', words: ['sông', 'ruộng', 'cầu', 'mưa', 'lúa', 'đò'], expires: Date.now() + 3 * 86_400_000 };
      case 'POST join': this.joined = true; this.tell('status'); return { in_sync: true, unacknowledged: 0 };
      case 'POST sync': this.figures.sendAll(); this.tell('status'); this.tell('figures/2023-q1'); return { in_sync: true, unacknowledged: 0 };
    }
    throw new Refused(404, { reason: 'not_found', problems: [problem('not-found', key)] });
  }

  private edits({ edits, dry_run, keep_drafts, edit_id }: EditRequest, person: string) {
    const outcome = this.figures.edit(edits, dry_run ?? false, keep_drafts ?? false, person, edit_id ?? undefined);
    if (this.loseAnswers > 0 && !dry_run) {
      this.loseAnswers--;
      throw new Unreachable('lost');
    }
    if (!dry_run) setTimeout(() => { this.tell('figures/2023-q1'); this.tell('status'); });
    return outcome;
  }

  private status() {
    const waiting = this.figures.waiting();
    const ready = this.figures.readiness();
    const day = (after: number) => new Date(Date.now() + after * 86_400_000).toISOString().slice(0, 10);
    return {
      revision: this.figures.revision, town_name: 'Thị xã Hương Trà', hub_name: 'Phòng Nội vụ', machine: 'máy Quầy 2', node: 'K7QM-4T2X-9DHE-3',
      line: { kind: !this.joined ? 'never-joined' : waiting ? 'waiting' : 'all-sent', waiting, receiving: 0, refused: 0, last_contact: Date.now() - 3_600_000, all_sent_at: Date.now() - 60_000, retry_in_s: null },
      unit: this.joined ? 'hanh-chinh-cong' : null, unit_name: this.joined ? 'Trung tâm Hành chính công thị xã Hương Trà' : '', role: 'officer', hub: false, hub_addresses: [],
      unacknowledged: waiting, peers: [], problems: [],
      periods: !this.joined ? [] : [
        { period: '2022-q4', name: 'quý IV năm 2022', first_day: '2022-09-15', last_day: '2022-12-14', deadline: '2022-12-16', locked: 'Đã chốt', cells: 33, filled: 33, conflicts: 0, misfits: 0, submissions: [] },
        { period: '2023-q1', name: 'quý I năm 2023', first_day: day(-85), last_day: day(4), deadline: day(6), locked: null, cells: ready.typed, filled: ready.filled, conflicts: 1, text_conflicts: this.torn().flatMap((one) => one.conflicts).length, misfits: 0, submissions: [{ unit: 'hanh-chinh-cong', name: 'TTHCC', submissions: this.submissions }] },
      ],
    };
  }

  private sequence(section: string): Sequence {
    let found = this.texts.get(section);
    if (!found) this.texts.set(section, (found = new Sequence()));
    return found;
  }

  private settled = false;

  private text(section: string): TextView {
    const one = this.figures.form.sections.find((other) => other.id === section)!;
    const text = this.sequence(section).text();
    const last = text.split('\n')[1] ?? '';
    const from = [...text].length - [...last].length;
    const variant = (person: string, node: string, written: string) => ({ person, node, written, time: Math.floor(Date.now() / 1000) - 3000 });
    return {
      section, title: one.title, guidance: one.guidance, text, heads: [String(this.sequence(section).head)],
      previous: section === 'ii.2.c' ? 'Trong quý IV năm 2022, tính từ ngày 15/9/2022 đến ngày 14/12/2022, Trung tâm Hành chính công thị xã tiếp nhận tổng số 1.204 hồ sơ. Trong đó có 1.187 hồ sơ có ghi giấy hẹn và 17 hồ sơ giải quyết trong ngày không ghi giấy hẹn.' : '',
      conflicts: section === 'ii.2.c' && !this.settled && last.startsWith('Hồ sơ trễ') ? [{ place: `${section} 1@00`, merged: last, from, to: from + [...last].length, variants: [variant('Nguyễn Thị Hạnh', 'máy Quầy 2', last), variant('Trần Văn Minh', 'máy Văn thư', last.replace('hằng ngày', 'hai lần mỗi ngày').replace('từng hồ sơ', 'mọi hồ sơ'))] }] : [],
    };
  }

  private editText(section: string, { heads, splices, edit_id, settles }: TextEdit) {
    if (settles) this.settled = true;
    const sequence = this.sequence(section);
    const repeated = edit_id !== undefined && sequence.has(edit_id);
    const answered = sequence.splice(Number(heads[0]), splices, edit_id);
    return { ...this.text(section), splices: answered, repeated };
  }

  private summaries() {
    const texts = this.figures.form.sections.filter((one) => one.typed).map((one) => {
      const text = this.texts.get(one.id)?.text() ?? '';
      return { section: one.id, words: text.split(/\s+/).filter(Boolean).length, at_hub: true, changed_at: null, changed_by: '', conflicts: this.text(one.id).conflicts!.length };
    });
    return { revision: this.figures.revision, texts };
  }

  private torn(): TornText[] {
    const texts = this.figures.form.sections.filter((one) => one.typed).map((one) => this.text(one.id));
    return texts.filter((text) => text.conflicts.length > 0).map(({ section, title, heads, conflicts }) => ({ section, title, heads, conflicts }));
  }

  private versions(section: string) {
    const text = this.sequence(section).text();
    return [{ person: 'Trần Văn Minh', node: 'máy Văn thư', time: Math.floor(Date.now() / 1000) - 7200, words_added: 12, words_removed: 3, text }];
  }

  private submit(person: string): SubmissionView {
    const { blocking } = this.figures.readiness();
    if (blocking.length > 0) throw new Refused(409, { reason: 'not_now', problems: blocking });
    const one = { id: `hanh-chinh-cong-${this.submissions.length + 1}`, person, signed_at: Date.now(), standing: 'accepted', received_at: Date.now() + 4000, reasons: [], key: '', optional_missing: [], template: '' };
    this.submissions = [...this.submissions, one];
    this.tell('status');
    return one;
  }

  plan(dry: boolean): ImportPlan {
    return {
      dry_run: dry, changed: [{ id: 'pl4.2.1', label: 'Số TTHC liên thông cùng cấp', before: '', after: '2', found: '02', place: {} }], unchanged: 12,
      left_out: [problem('import-row', 'Dòng 14: không khớp chỉ tiêu nào.')], more_left_out: 0, remarks: [], problems: [],
    };
  }
}

const node = new FakeNode();
Object.assign(globalThis, { fake: node });

const host: Host = {
  async call(call) {
    await new Promise((resolve) => setTimeout(resolve, 3));
    return structuredClone(node.answer(call));
  },
  listen(changed, heard) {
    node.changed = changed;
    node.heard = heard;
    heard(true, node.figures.revision);
    return () => {};
  },
  chooseFile: async () => ({ name: 'bao-cao.xlsx', text: async () => 'HOPLUU-MOI', source: null }) satisfies ChosenFile,
  dropped: (event) => (event.dataTransfer?.files[0] ? { name: event.dataTransfer.files[0].name, text: async () => '', source: null } : null),
  send: async (call) => node.plan(Boolean(call.query?.dry_run)),
  offered: () => () => {},
  closing: () => () => {},
  keep: async () => null,
};

export default host;
