import type { Move } from './selection';

/** How the active cell takes keys: moving about, typing over (arrows commit), or editing in place (arrows move the caret). */
export type Mode = 'navigate' | 'typing' | 'in-place';

export type Command =
  | { do: 'move'; move: Move; extend: boolean; commit: boolean }
  | { do: 'edit-in-place' | 'toggle-caret' | 'cancel' | 'clear' | 'commit-stay' | 'select-all' | 'fill-down' | 'undo' | 'redo' }
  | { do: 'open-choice' | 'history' | 'note' | 'menu' }
  | { do: 'problem' | 'appendix' | 'region'; backward: boolean; commit: boolean };

export interface KeyPress {
  key: string; ctrlKey: boolean; shiftKey: boolean; altKey: boolean; metaKey: boolean; isComposing: boolean; keyCode?: number;
}

const ARROWS: Record<string, 'up' | 'down' | 'left' | 'right'> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' };

/** What a key means. `null` leaves it to the input: letters, Backspace and all that an input method sends. */
export function command(press: KeyPress, mode: Mode): Command | null {
  // Keys of an input method that composes are its own.
  if (press.isComposing || press.keyCode === 229 || press.key === 'Process') return null;
  const editing = mode !== 'navigate';
  return anywhere(press, editing) ?? (editing ? whileEditing(press, mode) : whileMoving(press));
}

function anywhere(press: KeyPress, commit: boolean): Command | null {
  const { key, ctrlKey: ctrl, shiftKey: shift, altKey: alt } = press;
  if (key === 'F6') return { do: 'region', backward: shift, commit };
  if (key === 'F8') return { do: 'problem', backward: shift, commit };
  if ((alt || ctrl) && (key === 'PageUp' || key === 'PageDown')) return { do: 'appendix', backward: key === 'PageUp', commit };
  if (alt || press.metaKey) return null;
  if (key === 'Tab' && !ctrl) return { do: 'move', move: shift ? 'previous-editable' : 'next-editable', extend: false, commit };
  if (key === 'Enter' && !ctrl) return { do: 'move', move: shift ? 'up' : 'down', extend: false, commit };
  return null;
}

function whileEditing(press: KeyPress, mode: Mode): Command | null {
  const { key, ctrlKey: ctrl, shiftKey: shift, altKey: alt } = press;
  if (key === 'Escape') return { do: 'cancel' };
  if (key === 'F2') return { do: 'toggle-caret' };
  if (key === 'Enter' && ctrl) return { do: 'commit-stay' };
  const arrow = ARROWS[key];
  if (arrow && mode === 'typing' && !ctrl && !alt && !shift) return { do: 'move', move: arrow, extend: false, commit: true };
  return null;
}

function whileMoving(press: KeyPress): Command | null {
  const { key, ctrlKey: ctrl, shiftKey: shift, altKey: alt } = press;
  const move = (move: Move): Command => ({ do: 'move', move, extend: shift, commit: false });
  const low = key.toLowerCase();
  if (alt) return key === 'ArrowDown' ? { do: 'open-choice' } : null;
  if (ctrl && shift && low === 'h') return { do: 'history' };
  if (ctrl && shift && low === 'z') return { do: 'redo' };
  if (shift && key === 'F2') return { do: 'note' };
  if (shift && key === 'F10') return { do: 'menu' };
  switch (key) {
    case 'ArrowUp': return move(ctrl ? 'edge-up' : 'up');
    case 'ArrowDown': return move(ctrl ? 'edge-down' : 'down');
    case 'ArrowLeft': return move(ctrl ? 'row-start' : 'left');
    case 'ArrowRight': return move(ctrl ? 'row-end' : 'right');
    case 'Home': return move(ctrl ? 'first' : 'row-start');
    case 'End': return move(ctrl ? 'last' : 'row-end');
    case 'PageUp': return move('page-up');
    case 'PageDown': return move('page-down');
    case 'F2': return { do: 'edit-in-place' };
    case 'Delete': return { do: 'clear' };
    case 'Escape': return { do: 'cancel' };
    case 'ContextMenu': return { do: 'menu' };
    case ' ': return { do: 'open-choice' };
    case 'Enter': return ctrl ? { do: 'commit-stay' } : null;
  }
  if (!ctrl) return null;
  switch (low) {
    case 'a': return { do: 'select-all' };
    case 'd': return { do: 'fill-down' };
    case 'z': return { do: 'undo' };
    case 'y': return { do: 'redo' };
  }
  return null;
}

/** What was typed, with the single keys of the grid put into words that the node reads. */
export function typedText(text: string): string {
  const bare = text.trim().normalize('NFC');
  return /^[kK]$/.test(bare) || bare === '-' ? 'kps' : bare;
}

/** What the grid offers for a text that begins a non-value. */
export function nonValueOffered(text: string): 'nothing-arose' | 'not-applicable' | null {
  const low = text.trim().normalize('NFC').toLowerCase();
  if (low === '') return null;
  if (/^không t/.test(low) || /^kad/.test(low)) return 'not-applicable';
  return low === 'k' || low === '-' || low.startsWith('kh') || 'kps'.startsWith(low) ? 'nothing-arose' : null;
}
