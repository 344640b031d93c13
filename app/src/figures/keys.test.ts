import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { command, nonValueOffered, typedText, type KeyPress, type Mode } from './keys';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress =>
  ({ key, ctrlKey: false, shiftKey: false, altKey: false, metaKey: false, isComposing: false, ...more });
const modes: Mode[] = ['navigate', 'typing', 'in-place'];

describe('keys', () => {
  it('leave every letter, Backspace and all of a composing input method to the input', () => {
    fc.assert(fc.property(fc.constantFrom(...modes), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }).filter((key) => key !== ' '), fc.boolean(), (mode, key, shiftKey) => {
      expect(command(press(key, { shiftKey }), mode)).toBeNull();
      expect(command(press('Backspace', { shiftKey }), mode)).toBeNull();
    }));
    for (const mode of modes) {
      for (const key of ['Enter', 'Tab', 'ArrowDown', 'Escape', 'F2', 'F6']) {
        expect(command(press(key, { isComposing: true }), mode)).toBeNull();
        expect(command(press(key, { keyCode: 229 }), mode)).toBeNull();
      }
      expect(command(press('Process'), mode)).toBeNull();
    }
  });

  it('commit by arrows while typing over, and move the caret while editing in place', () => {
    expect(command(press('ArrowLeft'), 'typing')).toEqual({ do: 'move', move: 'left', extend: false, commit: true });
    expect(command(press('ArrowLeft'), 'in-place')).toBeNull();
    expect(command(press(' '), 'typing')).toBeNull();
    expect(command(press('Home'), 'typing')).toBeNull();
    expect(command(press('a', { ctrlKey: true }), 'typing')).toBeNull();
  });

  it('stand in the design’s table', () => {
    const table: [string, Partial<KeyPress>, Mode, object][] = [
      ['Enter', {}, 'navigate', { do: 'move', move: 'down', extend: false, commit: false }],
      ['Enter', { shiftKey: true }, 'typing', { do: 'move', move: 'up', extend: false, commit: true }],
      ['Tab', { shiftKey: true }, 'typing', { do: 'move', move: 'previous-editable', extend: false, commit: true }],
      ['Enter', { ctrlKey: true }, 'typing', { do: 'commit-stay' }],
      ['ArrowDown', { shiftKey: true }, 'navigate', { do: 'move', move: 'down', extend: true, commit: false }],
      ['ArrowDown', { altKey: true }, 'navigate', { do: 'open-choice' }],
      ['PageDown', { altKey: true }, 'navigate', { do: 'appendix', backward: false, commit: false }],
      ['F6', { shiftKey: true }, 'in-place', { do: 'region', backward: true, commit: true }],
      ['F8', {}, 'typing', { do: 'problem', backward: false, commit: true }],
      ['Z', { ctrlKey: true, shiftKey: true }, 'navigate', { do: 'redo' }],
      ['H', { ctrlKey: true, shiftKey: true }, 'navigate', { do: 'history' }],
      ['F2', { shiftKey: true }, 'navigate', { do: 'note' }],
    ];
    for (const [key, more, mode, wanted] of table) expect(command(press(key, more), mode), `${key} ${JSON.stringify(more)}`).toEqual(wanted);
  });

  it('leave the browser its zoom and its own keys', () => {
    for (const key of ['0', '+', '-', 'r', 't', 'w', 'j', 'p', 'c', 'v', 'x']) {
      for (const mode of modes) expect(command(press(key, { ctrlKey: true }), mode)).toBeNull();
    }
  });

  it('read K and - as nothing arose only when they stand alone', () => {
    expect(['k', 'K', ' - ', '-'].map(typedText)).toEqual(['kps', 'kps', 'kps', 'kps']);
    expect(['-5', 'không', 'k5'].map(typedText)).toEqual(['-5', 'không', 'k5']);
    expect(['k', '-', 'khô', 'kps'].map(nonValueOffered)).toEqual(Array(4).fill('nothing-arose'));
    expect(['không t', 'kad: '].map(nonValueOffered)).toEqual(['not-applicable', 'not-applicable']);
    expect(['12', 'abc', '', '-5'].map(nonValueOffered)).toEqual([null, null, null, null]);
  });

  it('compose what is written', () => {
    expect(typedText('không có'.normalize('NFD'))).toBe('không có');
  });
});
