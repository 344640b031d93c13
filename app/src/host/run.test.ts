import { describe, expect, it } from 'vitest';
import { NoSession, Unreachable } from './host';
import { Run } from './run';

describe('the run of the program that answers', () => {
  it('is learned once, and another one is not believed until the program opened a window', () => {
    const run = new Run();
    run.check('first');
    expect(run.name).toBe('first');
    for (let tries = 0; tries < 3; tries++) expect(() => run.check('second')).toThrow(NoSession);
    expect(run.name).toBe('first');
    run.accept('second');
    run.check('second');
    expect(() => run.check('first')).toThrow(NoSession);
  });

  it('is not somebody who does not name it', () => {
    const run = new Run();
    run.check('first');
    for (const name of [null, undefined, '']) expect(() => run.check(name)).toThrow(Unreachable);
    expect(run.doubted).toBe(true);
    run.check('first');
    expect(run.doubted).toBe(false);
  });
});
