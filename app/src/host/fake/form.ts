import { parse } from 'smol-toml';
import template from '../../../../protocol/templates/cchc-quarterly.toml?raw';
import type { Form, FormRow, FormSection, RowType } from '../types';

interface Row {
  id: string; code?: string; parent?: string; label: string; unit?: string; type: string; decimals?: number; choices?: string[];
  formula?: string; reporters?: string[]; required?: boolean; section?: string;
}
interface Template {
  unit_kind: { id: string; label: string }[];
  appendix: { id: string; form_number: string; title: string }[];
  section: { id: string; number: string; title: string; guidance?: string; reporters?: string[] }[];
  indicator: Row[]; fact: Row[]; auxiliary: Row[];
}

const KIND = 'hanh-chinh-cong';

const read = parse(template) as unknown as Template;
const kinds = new Map(read.unit_kind.map((kind) => [kind.id, kind.label]));
const all = [...read.indicator, ...read.fact, ...read.auxiliary];
const byId = new Map(all.map((row) => [row.id, row]));

export const formulas = new Map(all.flatMap((row) => (row.formula ? [[row.id, row.formula] as const] : [])));

function number(row: Row): string {
  return (row.code ?? '').replace(/\.$/, '');
}

function depth(row: Row): number {
  const parent = row.parent ? byId.get(row.parent) : undefined;
  return parent ? depth(parent) + 1 : 0;
}

/** Whether a row is computed from what this office types. */
function ours(formula: string): boolean {
  const named = formula.match(/[a-z][\w.-]*\w/g) ?? [];
  return named.every((id) => byId.get(id)?.reporters?.includes(KIND) || formulas.has(id));
}

function inWords(formula: string): string {
  return formula
    .replace(/[a-z][\w.-]*\w/g, (id) => (byId.get(id) ? number(byId.get(id)!) || byId.get(id)!.label : id))
    .replace(/ \* 100$/, '').replace(/\//g, '÷');
}

function formRow(row: Row): FormRow {
  const mine = row.reporters?.includes(KIND) ?? false;
  const computed = row.formula !== undefined && ours(row.formula);
  return {
    id: row.id, number: number(row), label: row.label, depth: depth(row), unit: row.type === 'heading' ? '' : (row.unit ?? ''),
    kind: row.type === 'heading' ? 'heading' : computed ? 'computed' : mine ? 'typed' : 'others',
    value_type: (row.type === 'heading' ? 'none' : row.type) as RowType, places: row.decimals ?? 0,
    choices: (row.choices ?? []).map((choice) => ({ code: choice.split('=')[0]!, label: choice.split('=')[1]! })),
    parts: row.formula?.match(/[a-z][\w.-]*\w/g) ?? [],
    formula: row.formula ? inWords(row.formula) : null,
    rules: row.id === 'pl4.3.1.2' ? ['không lớn hơn mục 3.1.1'] : [],
    reporters: (row.reporters ?? []).map((kind) => kinds.get(kind)!), required: row.required ?? true, copies_last: false,
  };
}

function section(one: Template['section'][number]): FormSection {
  const parts = one.id.split('.');
  return {
    id: one.id, number: one.number, title: one.title, guidance: one.guidance ?? '', depth: parts.length - 1,
    typed: one.reporters?.includes(KIND) ?? false,
  };
}

export function form(period: string): Form {
  const facts = [...read.fact, ...read.auxiliary].filter((row) => row.reporters?.includes(KIND) && row.id !== 'ii2c.wip');
  return {
    period, period_name: 'quý I năm 2023', previous: '2022-q4', previous_name: 'quý IV năm 2022', unit: KIND,
    unit_name: 'Trung tâm Hành chính công thị xã Hương Trà',
    appendices: [
      ...read.appendix.map((one) => ({
        id: one.id, short: `Phụ lục ${one.form_number}`, title: one.title,
        rows: read.indicator.filter((row) => row.id.startsWith(`${one.id}.`)).map(formRow),
      })),
      { id: 'facts', short: 'Số liệu trong nội dung', title: 'Số liệu trong nội dung', rows: facts.map(formRow) },
    ],
    sections: read.section.map(section),
  };
}
