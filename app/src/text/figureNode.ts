import { DOMSerializer, type Node } from 'prosemirror-model';
import { TextSelection, type Command, type EditorState } from 'prosemirror-state';
import type { NodeView } from 'prosemirror-view';
import type { TextFigure } from '../host/types';
import { cellOf, inWords } from './figures';
import { schema } from './places';

/** What is known of a cell that a text shows. */
export type Said = Pick<TextFigure, 'shown' | 'state' | 'code' | 'label'>;

/** A figure on the screen: the number of its cell, which follows it. */
export class FigureView implements NodeView {
  readonly dom = document.createElement('span');
  private readonly cell: string | null;

  constructor(node: Node, private readonly said: (cell: string) => Said | undefined, private readonly views: Set<FigureView>, open: (cell: string) => void) {
    this.cell = cellOf(node.attrs.letter as string) ?? null;
    this.dom.dataset.cell = this.cell ?? '';
    this.dom.addEventListener('click', () => this.cell && open(this.cell));
    views.add(this);
    this.draw();
  }

  draw(): void {
    const said = this.cell === null ? undefined : this.said(this.cell);
    this.dom.className = `figure ${said?.state ?? (this.cell === null ? 'unbound' : 'missing')}`;
    const shown = said?.shown ?? (this.cell === null ? '' : '…');
    if (this.dom.textContent !== shown) this.dom.textContent = shown;
    this.dom.title = said ? `${said.code} ${said.label}`.trim() : '';
  }

  ignoreMutation(): boolean {
    return true;
  }

  destroy(): void {
    this.views.delete(this);
  }
}

/** How figures leave the page: as numbers, and for its own clipboard with their cell. */
export function serializer(say: (cell: string) => string): DOMSerializer {
  const nodes = DOMSerializer.nodesFromSchema(schema);
  return new DOMSerializer({
    ...nodes,
    figure: (node) => {
      const letter = node.attrs.letter as string;
      return ['span', { 'data-figure': cellOf(letter) ?? '' }, inWords(letter, say)];
    },
  }, DOMSerializer.marksFromSchema(schema));
}

/** The figure that stands before or behind the caret. */
export function figureAt(state: EditorState, side: 'before' | 'behind'): Node | null {
  const { $from, empty } = state.selection;
  const node = !empty ? null : side === 'before' ? $from.nodeBefore : $from.nodeAfter;
  return node?.type === schema.nodes.figure ? node : null;
}

/** Keys take a figure as one letter. */
const stepOver = (side: 'before' | 'behind', away: boolean): Command => (state, dispatch) => {
  if (!figureAt(state, side)) return false;
  const { from } = state.selection;
  const beyond = side === 'before' ? from - 1 : from + 1;
  const transaction = away ? state.tr.delete(Math.min(from, beyond), Math.max(from, beyond)) : state.tr.setSelection(TextSelection.create(state.doc, beyond));
  dispatch?.(transaction.scrollIntoView());
  return true;
};

export const figureKeys: Record<string, Command> = {
  ArrowLeft: stepOver('before', false),
  ArrowRight: stepOver('behind', false),
  Backspace: stepOver('before', true),
  Delete: stepOver('behind', true),
};
