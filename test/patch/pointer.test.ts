import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatPointer, parsePointer } from '../../src/kustomize/patch/pointer.ts';

describe('JSON pointers', () => {
  test.each([
    ['/spec/size', ['spec', 'size']],
    ['/metadata/labels/v1alpha1.mattermost.com~1installation', ['metadata', 'labels', 'v1alpha1.mattermost.com/installation']],
    ['/a~01/~0~1', ['a~1', '~/']],
    ['/spec/mattermostEnv/-', ['spec', 'mattermostEnv', '-']],
    ['/', ['']],
  ])('%s', (text, steps) => {
    expect(parsePointer(text)).toEqual(steps);
    expect(formatPointer(steps)).toBe(text);
  });

  test('what stands before the first slash is ignored, as kustomize does', () => {
    expect(parsePointer('spec/size')).toEqual(['size']);
    expect(parsePointer('spec')).toBeNull();
    expect(parsePointer('')).toBeNull();
  });

  test('whatever is formatted is parsed back', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (steps) => {
        expect(parsePointer(formatPointer(steps))).toEqual(steps);
      }),
    );
  });
});
