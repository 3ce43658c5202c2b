import { beforeEach, describe, expect, test, vi } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import type { Task } from '../../src/edit/file.ts';
import type { ReferenceRole } from '../../src/references/kustomize/referrers.ts';
import { binaries, tree } from './harness.ts';
import type { Files } from './harness.ts';
import { ROWS } from './silent-failures.ts';

/** What the converter is made to forget. */
interface Mutation {
  /** References that stand below an entry of this name. */
  readonly reference?: string;
  /** All references of such documents. */
  readonly role?: ReferenceRole;
  /** The mapping of field paths that start so. */
  readonly mapping?: string;
  /** Patches in this file. */
  readonly patch?: string;
}

const forgotten = vi.hoisted((): { mutation: Mutation | null } => ({ mutation: null }));
const mutation = (): Mutation => forgotten.mutation ?? {};

vi.mock(import('../../src/references/kustomize/referrers.ts'), async (original) => {
  const { planReferences } = await original();
  return {
    planReferences: (document, role, decision) => {
      const plan = planReferences(document, role, decision);
      const { reference } = mutation();
      const isKept = ({ path }: { readonly path: readonly (string | number)[] }): boolean =>
        role !== mutation().role && (reference === undefined || !path.includes(reference));
      return { ...plan, batches: plan.batches.map((batch) => batch.filter(isKept)).filter((batch) => batch.length > 0) };
    },
  };
});

vi.mock(import('../../src/edit/field-path.ts'), async (original) => {
  const actual = await original();
  return {
    ...actual,
    mapFieldPath: (path, notation, decision) => {
      const { mapping } = mutation();
      return mapping !== undefined && path.startsWith(mapping) ? { path } : actual.mapFieldPath(path, notation, decision);
    },
  };
});

vi.mock(import('../../src/edit/file.ts'), async (original) => {
  const actual = await original();
  const isForgotten = ({ at }: Task): boolean => at.file === mutation().patch;
  return {
    ...actual,
    rewriteFile: (text, tasks, optionsFor) =>
      actual.rewriteFile(
        text,
        tasks.filter((task) => !isForgotten(task)),
        optionsFor,
      ),
  };
});

// What follows the changed files once more would find most of these first; the proof is to find them by itself.
vi.mock(import('../../src/family/follow.ts'), () => ({ followed: (families) => [...families] }));

/** How the converter can fail in the ways of the list of silent failures; each by a part of its name. */
const MUTATIONS: readonly { readonly row: string; readonly mutation: Mutation }[] = [
  { row: 'V17: a strategic-merge patch', mutation: { reference: 'target' } },
  { row: 'V17: a JSON6902 patch', mutation: { reference: 'target' } },
  { row: 'V18', mutation: { reference: 'target' } },
  { row: 'V44', mutation: { role: 'configuration' } },
  { row: 'V44', mutation: { mapping: 'spec/database/secret' } },
  { row: 'V44', mutation: { reference: 'kind' } },
  { row: 'V48', mutation: { reference: 'nameReference' } },
  { row: 'V49', mutation: { reference: 'varReference' } },
  { row: 'V49', mutation: { mapping: 'spec/database/secret' } },
  { row: 'V52', mutation: { reference: 'select' } },
  { row: 'V52', mutation: { mapping: 'spec.minio' } },
  { row: 'V54', mutation: { mapping: 'spec.minio' } },
  { row: 'V55', mutation: { reference: 'reject' } },
  { row: 'V63', mutation: { reference: 'commonLabels' } },
  { row: 'V64', mutation: { mapping: 'spec/nodeSelector' } },
  { row: 'V64', mutation: { reference: 'labels' } },
  { row: 'V65', mutation: { role: 'openapi' } },
  { row: 'V66', mutation: { role: 'crds' } },
  { row: 'V67', mutation: { reference: 'sortOptions' } },
  { row: 'V65', mutation: { patch: 'overlay/patch.yaml' } },
];

/** The tree of a row. */
const treeOf = (row: string): Files => {
  const found = ROWS.find(({ name }) => name.includes(row));
  if (found === undefined) throw new Error(`no row ${row}`);
  const created = Object.entries(found.before).map(([file, text]) => [
    file,
    row === 'V54'
      ? text.replace('fieldPaths: [spec.minio.storageSize]', 'fieldPaths: [spec.minio.storageSize]\n    options:\n      create: true')
      : text,
  ]);
  return Object.fromEntries(created);
};

beforeEach(() => {
  forgotten.mutation = null;
});

describe.each(binaries)('$description', ({ program, description }) => {
  const able = MUTATIONS.filter(({ row }) => / 5\./.test(description) || row !== 'V67');

  test.each(able)('$row: a converter that forgets $mutation is found out, and nothing is written', async ({ row, mutation: drawn }) => {
    const cwd = tree(treeOf(row));
    const options = {
      cwd,
      prove: 'always',
      kustomize: program,
      databases: [{ name: 'chat', namespace: null, database: 'external' }],
    } as const;
    const right = await convertRepository(options);
    expect(right.findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(right.summary.convertible).toBe(1);

    forgotten.mutation = drawn;
    const { summary, changes, findings } = await convertRepository(options);
    expect(summary.convertible).toBe(0);
    expect(changes).toEqual([]);
    const failure = findings.find(({ rule }) => rule === 'kustomize-proof-failed');
    expect(failure?.message).toMatch(
      /^Built before and after, it differs: (?:Mattermost|MattermostRestoreDB|Other|the result does not build)/,
    );
  });
});
