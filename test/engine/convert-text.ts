import { expect } from 'vitest';
import { stringAt, valueAt } from '../../src/model/value.ts';
import type { Path, ValueMap } from '../../src/model/value.ts';
import { fileStoreAsWritten } from '../../src/operator/convert.ts';
import { parseDocument } from '../../src/yaml/document.ts';
import { installationsIn } from './pipeline.ts';
import { rewriteRequests } from './tasks.ts';

export const HEAD = 'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\n';
export const NEW_HEAD = 'apiVersion: installation.mattermost.com/v1beta1\nkind: Mattermost\nmetadata:\n  name: chat\n';

export interface Options {
  readonly database?: 'external' | 'operator-managed';
  readonly ingress?: 'keep' | 'modern';
  readonly unknown?: readonly Path[];
}

/** The document with every installation in it converted; none may be refused. */
export function convertText(
  text: string,
  { database = 'external', ingress = 'keep', unknown = [] }: Options = {},
): { text: string; droppedComments: readonly string[] } {
  const document = parseDocument(text);
  expect(document.problems).toEqual([]);
  const conversions = installationsIn(document).map((path) => {
    const installation = valueAt(document.shape ?? undefined, path) as ValueMap;
    const secret = stringAt(installation, ['spec', 'database', 'secret']);
    return {
      path,
      options: {
        fileStore: fileStoreAsWritten(installation),
        database: secret === null ? 'operator-managed' : database,
        ingress,
        unknown,
      } as const,
    };
  });
  const result = rewriteRequests(document, conversions);
  expect([...result.refused.values()]).toEqual([]);
  return result;
}

/** What stands below `spec:` after the conversion. */
export function convertSpec(body: string, options?: Options): string {
  const { text } = convertText(`${HEAD}spec:\n${body}`, options);
  expect(text.startsWith(`${NEW_HEAD}spec:`)).toBe(true);
  return text.slice(`${NEW_HEAD}spec:\n`.length);
}
