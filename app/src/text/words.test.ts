import { describe, expect, it } from 'vitest';
import { piecesOf } from './words';

const marked = (text: string, than: string) => piecesOf(text, than).filter((piece) => piece.other).map((piece) => piece.text.trim());

/** Numbers by chance, the same in every run. */
function* chance(seed: number): Generator<number> {
  for (let state = seed; ; ) yield (state = (state * 1103515245 + 12345) & 0x7fffffff);
}

describe('the words that differ', () => {
  it('are those that the other text does not have there', () => {
    expect(marked('Mở 3 lớp cho 80 cán bộ.', 'Mở 2 lớp cho 80 cán bộ.')).toEqual(['3']);
    expect(marked('Mở 2 lớp lớn cho cán bộ.', 'Mở 2 lớp cho 80 cán bộ.')).toEqual(['lớn']);
    expect(marked('một hai', 'một hai')).toEqual([]);
    expect(marked('', 'một hai')).toEqual([]);
    expect(marked('một hai', '')).toEqual(['một hai']);
  });

  it('leave the text as it is, and those that are not marked stand in the other', () => {
    const next = chance(7);
    const draw = (below: number) => (next.next().value as number >> 8) % below;
    const text = () => Array.from({ length: draw(9) }, () => 'abc'[draw(3)]! + [' ', '\n', '  '][draw(3)]).join('');
    for (let run = 0; run < 2000; run++) {
      const [one, other] = [text(), text()];
      const pieces = piecesOf(one, other);
      expect(pieces.map((piece) => piece.text).join('')).toBe(one);
      const rest = other.split(/\s+/);
      for (const word of pieces.filter((piece) => !piece.other).flatMap((piece) => piece.text.split(/\s+/)).filter(Boolean)) {
        const at = rest.indexOf(word);
        expect(at, `${JSON.stringify(one)} beside ${JSON.stringify(other)}`).toBeGreaterThanOrEqual(0);
        rest.splice(0, at + 1);
      }
    }
  });
});
