import { describe, expect, test } from 'vitest';
import { matcherOf } from '../../src/repo/glob.ts';

describe('a glob', () => {
  test.each([
    ['vendor', ['vendor', 'vendor/a.yaml', 'vendor/b/c.yaml'], ['a/vendor', 'vendors', 'vendor.yaml']],
    ['/vendor/', ['vendor/a.yaml'], ['a/vendor/b']],
    ['./a/b.yaml', ['a/b.yaml'], ['a/bb.yaml', 'x/a/b.yaml']],
    ['*.yaml', ['a.yaml', '.yaml'], ['b/a.yaml', 'a.yml', 'a.yaml.bak']],
    ['**/*.yaml', ['a.yaml', 'b/a.yaml', 'c/b/a.yaml'], ['a.yml']],
    ['**/old', ['old', 'old/a', 'x/y/old/a'], ['x/older/a']],
    ['a/**', ['a', 'a/b', 'a/b/c'], ['b/a']],
    ['a/**/z.yaml', ['a/z.yaml', 'a/b/z.yaml', 'a/b/c/z.yaml'], ['a/b/z', 'z.yaml']],
    ['clusters/*/legacy', ['clusters/a/legacy/x.yaml'], ['clusters/a/b/legacy/x.yaml', 'clusters/legacy']],
    ['a?c', ['abc', 'a.c', 'a😀c'], ['ac', 'abbc']],
    ['*a*b*', ['ab', 'xaxbx', 'aab/c'], ['ba', 'x/ab']],
    ['a+(b).yaml', ['a+(b).yaml'], ['ab.yaml']],
    ['**', ['a', 'a/b'], []],
  ])('%s', (glob, yes, no) => {
    const matches = matcherOf([glob]);
    expect(yes.filter((path) => !matches(path))).toEqual([]);
    expect(no.filter((path) => matches(path))).toEqual([]);
  });

  test('of a list is enough', () => {
    const matches = matcherOf(['a', 'b/*.yml']);
    expect(['a/x', 'b/x.yml', 'c'].map(matches)).toEqual([true, true, false]);
    expect(matcherOf([])('a')).toBe(false);
  });

  test('never takes long', () => {
    const started = performance.now();
    expect(matcherOf([`${'*a'.repeat(500)}b`])('a'.repeat(20_000))).toBe(false);
    expect(matcherOf([`${'**/a/'.repeat(500)}b`])('a/'.repeat(5000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
