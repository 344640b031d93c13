import { Fragment, Schema, Slice, type Node } from 'prosemirror-model';
import { ReplaceStep, type Step } from 'prosemirror-transform';
import type { TextSplice } from '../host/types';
import { cellOf, letterOf, parted } from './figures';

/** Paragraphs of plain text: a newline of the stored text is the boundary of two, so places are arithmetic. */
export const schema = new Schema({
  nodes: {
    doc: { content: 'paragraph+' },
    paragraph: { content: '(text | figure)*', marks: '', parseDOM: [{ tag: 'p' }], toDOM: () => ['p', 0] },
    text: {},
    // The number of a cell. It cannot be selected: an input method that composes over it would take it out.
    figure: {
      inline: true, atom: true, selectable: false, draggable: false, attrs: { letter: { validate: 'string' } },
      leafText: (node) => node.attrs.letter as string,
      toDOM: (node) => ['span', { 'data-figure': cellOf(node.attrs.letter as string) ?? '' }],
      parseDOM: [{ tag: 'span[data-figure]', getAttrs: (dom) => pastedFigure(dom) }],
    },
  },
});

/** The cells that a pasted figure may show: those of the form on the screen. */
let showable: ReadonlySet<string> = new Set();

export function letShow(cells: ReadonlySet<string>): void {
  showable = cells;
}

/** Of a cell that the form does not have, the number stays. */
function pastedFigure(dom: HTMLElement): { letter: string } | false {
  const cell = dom.dataset.figure ?? '';
  return showable.has(cell) && { letter: letterOf(cell) };
}

/** A line of text as what a paragraph holds. */
function lineOf(line: string): Node[] {
  return parted(line).map((piece) => (cellOf(piece) === undefined ? schema.text(piece) : schema.node('figure', { letter: piece })));
}

/** A splice with places in UTF-16 units, as JavaScript counts. */
export type Splice = TextSplice;

export function docOf(text: string): Node {
  return schema.node('doc', null, text.split('\n').map((line) => schema.node('paragraph', null, lineOf(line))));
}

export function textOf(doc: Node): string {
  const lines: string[] = [];
  doc.forEach((paragraph) => lines.push(paragraph.textContent));
  return lines.join('\n');
}

/** The place in the document of an offset in its text. */
export function positionOf(doc: Node, offset: number): number {
  let left = offset;
  let position = 0;
  for (let at = 0; at < doc.childCount; at++) {
    const size = doc.child(at).content.size;
    if (left <= size) return position + 1 + left;
    left -= size + 1;
    position += size + 2;
  }
  return Math.max(1, doc.content.size - 1);
}

/** The offset in the text of a place in the document; between paragraphs, that of the next one's start. */
export function offsetOf(doc: Node, position: number): number {
  let offset = 0;
  let start = 0;
  for (let at = 0; at < doc.childCount; at++) {
    const size = doc.child(at).content.size;
    if (position <= start + 1 + size) return offset + Math.max(0, position - start - 1);
    offset += size + 1;
    start += size + 2;
  }
  return Math.max(0, offset - 1);
}

/** What a step did to the text. */
export function spliceOf(step: Step, before: Node, after: Node): Splice {
  const [old, now] = [textOf(before), textOf(after)];
  if (step instanceof ReplaceStep) {
    const at = offsetOf(before, step.from);
    const removed = offsetOf(before, step.to) - at;
    const length = now.length - old.length + removed;
    const splice = { at, removed, inserted: now.slice(at, at + Math.max(0, length)) };
    if (length >= 0 && applied(old, splice) === now) return splice;
  }
  return difference(old, now);
}

/** One splice that makes one text of another: what is between their common beginning and end. */
export function difference(old: string, now: string): Splice {
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
  // Never between the two halves of one letter.
  if (start > 0 && isLow(old, start, now)) start--;
  if (end > 0 && isLowAt(old, old.length - end)) end--;
  return { at: start, removed: old.length - end - start, inserted: now.slice(start, now.length - end) };
}

function isLowAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}

function isLow(old: string, at: number, now: string): boolean {
  return isLowAt(old, at) || isLowAt(now, at);
}

export function applied(text: string, { at, removed, inserted }: Splice): string {
  return text.slice(0, at) + inserted + text.slice(at + removed);
}

/** The step that does a splice to a document. */
export function stepOf(doc: Node, { at, removed, inserted }: Splice): Step {
  const lines = inserted.split('\n').map((line) => schema.node('paragraph', null, lineOf(line)));
  const slice = inserted === '' ? Slice.empty
    : lines.length === 1 ? new Slice(lines[0]!.content, 0, 0)
    : new Slice(Fragment.from(lines), 1, 1);
  return new ReplaceStep(positionOf(doc, at), positionOf(doc, at + removed), slice);
}

/** Splices that count Unicode scalar values, as the node counts, of splices that count UTF-16 units. */
export function toScalars(text: string, splices: Splice[]): Splice[] {
  let now = text;
  return splices.map((splice) => {
    const told = { at: [...now.slice(0, splice.at)].length, removed: [...now.slice(splice.at, splice.at + splice.removed)].length, inserted: splice.inserted };
    now = applied(now, splice);
    return told;
  });
}

/** The other way round. */
export function fromScalars(text: string, splices: Splice[]): Splice[] {
  let now = text;
  return splices.map(({ at, removed, inserted }) => {
    const letters = [...now];
    const start = letters.slice(0, at).join('').length;
    const splice = { at: start, removed: letters.slice(at, at + removed).join('').length, inserted };
    now = applied(now, splice);
    return splice;
  });
}
