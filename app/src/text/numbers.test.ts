import { describe, expect, it } from 'vitest';
import type { FormSection } from '../host/types';
import { fullNumbers } from './numbers';

const section = (id: string, number: string, depth: number): FormSection => ({ id, number, depth, title: '', guidance: '', typed: true });

describe('the numbers of sections', () => {
  it('come after those that they stand under', () => {
    const numbers = fullNumbers([section('a', 'I', 0), section('b', '1', 1), section('c', 'II', 0), section('d', '2.', 1), section('e', 'b', 2), section('f', '3', 1)]);
    expect([...numbers.values()]).toEqual(['I', 'I.1', 'II', 'II.2', 'II.2.b', 'II.3']);
  });
});
