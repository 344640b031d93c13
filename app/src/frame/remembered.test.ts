// @vitest-environment happy-dom
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isFlag, isNumber, isText, isTexts, remember, remembered } from './remembered';

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

describe('what is remembered of looks', () => {
  it('is what was said last under a name, and nothing else', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()));
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', '__proto__', 'constructor'), value), { maxLength: 12 }), (said) => {
      localStorage.clear();
      said.forEach(([name, what]) => remember(name, what));
      for (const name of ['a', 'b', '__proto__', 'constructor', 'c']) {
        const last = said.findLast((one) => one[0] === name)?.[1];
        expect(remembered(name, (_found): _found is unknown => true)).toEqual(last);
      }
    }));
  });

  it('is not taken for something of another kind', () => {
    remember('width', 'wide');
    expect(remembered('width', isNumber)).toBeUndefined();
    expect(remembered('width', isFlag)).toBeUndefined();
    expect(remembered('width', isTexts)).toBeUndefined();
    expect(remembered('width', isText)).toBe('wide');
  });

  it('does not grow for ever: the oldest goes first', () => {
    for (let at = 0; at < 1_000; at++) remember(`scroll/${at}`, at);
    expect(remembered('scroll/999', isNumber)).toBe(999);
    expect(remembered('scroll/1', isNumber)).toBeUndefined();
    expect(localStorage.getItem('hopluu-looks')!.length).toBeLessThan(10_000);
  });

  it('is nothing where the storage is damaged, and can be said anew', () => {
    for (const damage of ['', '{', '{}', 'null', '[1,[2,3],["a"]]']) {
      localStorage.setItem('hopluu-looks', damage);
      expect(remembered('a', isNumber)).toBeUndefined();
      remember('a', 1);
      expect(remembered('a', isNumber)).toBe(1);
    }
  });

  it('is nothing where the browser forbids storage, and nothing breaks', () => {
    const forbid = () => { throw new Error('forbidden'); };
    vi.stubGlobal('localStorage', { getItem: forbid, setItem: forbid });
    remember('a', 1);
    expect(remembered('a', isNumber)).toBeUndefined();
  });
});
