/** A place in the grid: the index of a visible row and of a column. */
export interface Spot { row: number; column: number }
export interface Selection { anchor: Spot; active: Spot }

/** What moving needs to know of the grid. */
export interface Board {
  rows: number;
  columns: number;
  heading(row: number): boolean;
  editable(row: number): boolean;
  empty(spot: Spot): boolean;
  valueColumn: number;
}

export type Move =
  | 'up' | 'down' | 'left' | 'right' | 'edge-up' | 'edge-down' | 'row-start' | 'row-end' | 'first' | 'last'
  | 'page-up' | 'page-down' | 'next-editable' | 'previous-editable';

export function at(spot: Spot): Selection {
  return { anchor: spot, active: spot };
}

/** The rectangle of a selection, inclusive. */
export function bounds({ anchor, active }: Selection): { top: number; bottom: number; left: number; right: number } {
  return {
    top: Math.min(anchor.row, active.row), bottom: Math.max(anchor.row, active.row),
    left: Math.min(anchor.column, active.column), right: Math.max(anchor.column, active.column),
  };
}

/** Rows of a selection that are no headings. */
export function selectedRows(selection: Selection, board: Board): number[] {
  const { top, bottom } = bounds(selection);
  const rows: number[] = [];
  for (let row = top; row <= bottom; row++) if (!board.heading(row)) rows.push(row);
  return rows;
}

/** The next row up or down that is no heading; the same when there is none. */
function step(board: Board, row: number, by: 1 | -1): number {
  for (let next = row + by; next >= 0 && next < board.rows; next += by) if (!board.heading(next)) return next;
  return row;
}

function extreme(board: Board, by: 1 | -1): number {
  return step(board, by === 1 ? -1 : board.rows, by);
}

/** Excel's edge of a block: over filled cells to the last, else to the next filled one. */
function edge(board: Board, from: Spot, by: 1 | -1): number {
  let row = step(board, from.row, by);
  if (row === from.row) return row;
  const through = !board.empty(from) && !board.empty({ ...from, row });
  for (;;) {
    const next = step(board, row, by);
    if (next === row) return row;
    const filled = !board.empty({ ...from, row: next });
    if (through ? !filled : !board.empty({ ...from, row })) return row;
    row = next;
  }
}

function page(board: Board, row: number, by: 1 | -1, size: number): number {
  let to = row;
  for (let count = 0; count < size; count++) to = step(board, to, by);
  return to;
}

/** The next cell that can be typed into, row after row; the same when there is none. */
export function nextEditable(board: Board, from: Spot, by: 1 | -1): Spot {
  const wraps = by === 1 ? from.column < board.valueColumn : from.column > board.valueColumn;
  if (wraps && board.editable(from.row)) return { row: from.row, column: board.valueColumn };
  for (let row = from.row + by; row >= 0 && row < board.rows; row += by) {
    if (board.editable(row)) return { row, column: board.valueColumn };
  }
  return from;
}

function target(board: Board, from: Spot, move: Move, pageSize: number): Spot {
  switch (move) {
    case 'up': return { ...from, row: step(board, from.row, -1) };
    case 'down': return { ...from, row: step(board, from.row, 1) };
    case 'left': return { ...from, column: Math.max(0, from.column - 1) };
    case 'right': return { ...from, column: Math.min(board.columns - 1, from.column + 1) };
    case 'edge-up': return { ...from, row: edge(board, from, -1) };
    case 'edge-down': return { ...from, row: edge(board, from, 1) };
    case 'row-start': return { ...from, column: 0 };
    case 'row-end': return { ...from, column: board.columns - 1 };
    case 'first': return { row: extreme(board, 1), column: board.valueColumn };
    case 'last': return { row: extreme(board, -1), column: board.valueColumn };
    case 'page-up': return { ...from, row: page(board, from.row, -1, pageSize) };
    case 'page-down': return { ...from, row: page(board, from.row, 1, pageSize) };
    case 'next-editable': return nextEditable(board, from, 1);
    case 'previous-editable': return nextEditable(board, from, -1);
  }
}

/** Moves the active cell, or the end of the range. */
export function moved(selection: Selection, board: Board, move: Move, extend: boolean, pageSize = 10): Selection {
  const active = target(board, selection.active, move, pageSize);
  return extend ? { anchor: selection.anchor, active } : at(active);
}

/** Everything. */
export function all(board: Board): Selection {
  return { anchor: { row: extreme(board, 1), column: 0 }, active: { row: extreme(board, -1), column: board.columns - 1 } };
}

/** Puts a selection back inside a grid that has become smaller, and off headings. */
export function clamped(selection: Selection, board: Board): Selection {
  const inside = (spot: Spot): Spot => {
    const row = Math.max(0, Math.min(board.rows - 1, spot.row));
    const column = Math.max(0, Math.min(board.columns - 1, spot.column));
    if (!board.heading(row)) return { row, column };
    const below = step(board, row, 1);
    return { row: below === row ? step(board, row, -1) : below, column };
  };
  return { anchor: inside(selection.anchor), active: inside(selection.active) };
}
