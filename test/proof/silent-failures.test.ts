import { describe, expect, test } from 'vitest';
import type { Path } from '../../src/model/value.ts';
import type { KustomizeBinary } from '../../src/repo/kustomize.ts';
import { binaries, prove, told } from './harness.ts';
import { ROWS } from './silent-failures.ts';

const majorOf = ({ description }: KustomizeBinary): '4' | '5' => (/ 4\./.test(description) ? '4' : '5');

describe.each(binaries)('$description', (binary) => {
  const major = majorOf(binary);
  for (const { name, before, right, wrong, mayChange = {} } of ROWS.filter(({ only }) => only === undefined || only === major)) {
    const claim = { mayChange: ({ kind }: { kind: string }): readonly Path[] => mayChange[kind] ?? [] };

    test(`${name}: the right edit is proven`, async () => {
      const [proof] = await prove({ binary, before, edits: right, claim });
      expect(told(proof)).toEqual(['proven']);
      expect(proof).toMatchObject({ changed: 1 });
    });

    test.each(Object.entries(wrong))(`${name}: %s`, async (_, { edits, tells }) => {
      const [proof] = await prove({ binary, before, edits: { ...right, ...edits }, claim });
      const expected = typeof tells === 'string' ? tells : tells[major];
      expect(proof?.status).toBe('failed');
      expect(told(proof).filter((line) => line.startsWith(expected) || new RegExp(expected).test(line))).toHaveLength(1);
    });
  }
});
