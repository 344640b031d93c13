import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { all, at, bounds, clamped, moved, nextEditable, selectedRows, type Board, type Move } from './selection';

const MOVES: Move[] = ['up', 'down', 'left', 'right', 'edge-up', 'edge-down', 'row-start', 'row-end', 'first', 'last', 'page-up', 'page-down', 'next-editable', 'previous-editable'];
const COLUMNS = 8;

/** A grid drawn as letters: `h` a heading, `e` a cell to type into, `f` the same with a value, `l` locked. */
function grid(drawn: string): Board {
  return {
    rows: drawn.length, columns: COLUMNS, valueColumn: 3,
    heading: (row) => drawn[row] === 'h', editable: (row) => drawn[row] === 'e' || drawn[row] === 'f', empty: ({ row }) => drawn[row] !== 'f',
  };
}

const boards = fc.string({ unit: fc.constantFrom('h', 'e', 'f', 'l'), minLength: 1, maxLength: 25 }).filter((drawn) => /[^h]/.test(drawn));

describe('moving', () => {
  it('never leaves the grid nor rests on a heading, whatever is pressed', () => {
    fc.assert(fc.property(boards, fc.array(fc.tuple(fc.constantFrom(...MOVES), fc.boolean()), { maxLength: 30 }), (drawn, presses) => {
      const board = grid(drawn);
      let selection = clamped(at({ row: 0, column: 3 }), board);
      for (const [move, extend] of presses) {
        selection = moved(selection, board, move, extend);
        for (const spot of [selection.anchor, selection.active]) {
          expect(spot.row).toBeGreaterThanOrEqual(0);
          expect(spot.row).toBeLessThan(board.rows);
          expect(spot.column).toBeGreaterThanOrEqual(0);
          expect(spot.column).toBeLessThan(COLUMNS);
          expect(board.heading(spot.row)).toBe(false);
        }
        if (!extend) expect(selection.anchor).toEqual(selection.active);
      }
    }));
  });

  it('comes back up after it went down', () => {
    fc.assert(fc.property(boards, fc.nat(), (drawn, seed) => {
      const board = grid(drawn);
      const start = clamped(at({ row: seed % drawn.length, column: 3 }), board);
      const down = moved(start, board, 'down', false);
      if (down.active.row !== start.active.row) expect(moved(down, board, 'up', false)).toEqual(start);
    }));
  });

  it('visits every cell that can be typed into by Tab, and no other', () => {
    fc.assert(fc.property(boards, (drawn) => {
      const board = grid(drawn);
      const seen: number[] = [];
      let spot = { row: -1, column: 3 };
      for (let next = nextEditable(board, spot, 1); next.row !== spot.row; next = nextEditable(board, spot, 1)) {
        spot = next;
        seen.push(spot.row);
      }
      expect(seen).toEqual([...drawn].flatMap((letter, row) => (letter === 'e' || letter === 'f' ? [row] : [])));
    }));
  });

  it('goes to the edge of a block as Excel does', () => {
    const board = grid('hffeeffl');
    const row = (from: number, move: Move) => moved(at({ row: from, column: 3 }), board, move, false).active.row;
    expect(row(1, 'edge-down')).toBe(2);
    expect(row(2, 'edge-down')).toBe(5);
    expect(row(5, 'edge-down')).toBe(6);
    expect(row(6, 'edge-down')).toBe(7);
    expect(row(5, 'edge-up')).toBe(2);
  });

  it('selects all rows but headings', () => {
    const board = grid('hefhlfh');
    expect(selectedRows(all(board), board)).toEqual([1, 2, 4, 5]);
    expect(bounds(all(board))).toEqual({ top: 1, bottom: 5, left: 0, right: 7 });
  });
});
