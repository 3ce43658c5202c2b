import { expect, test } from 'vitest';
import { Files } from '../../src/kustomize/files.ts';
import { Reach } from '../../src/kustomize/reach.ts';

/** Whatever a kustomization says in a simple way, or in any other, leads to the same files. */

const reaches = (text: string, file: string): boolean =>
  new Reach(['k/kustomization.yaml'], new Files((name) => (name === 'k/kustomization.yaml' ? Buffer.from(text) : null))).readersOf([file])
    .length > 0;

test.each([
  ['resources: [a.yaml, my chat.yaml]\n', 'k/my chat.yaml'],
  ['resources:\n- my chat.yaml # comment\n', 'k/my chat.yaml'],
  ['resources:\n  - ./a#1.yaml\n', 'k/a#1.yaml'],
  ['resources:\r\n- a.yaml\r\n', 'k/a.yaml'],
  ['resources:\r- a.yaml\r', 'k/a.yaml'],
  ['resources: [a.yaml, b\u2028.yaml]\n', 'k/a.yaml'],
  ['resources:\n- my\n  - chat.yaml\n', 'k/my - chat.yaml'],
  ['patches:\n- patch:\n    - a.yaml\n', 'k/a.yaml'],
  ['resources:\n- my\n  chat.yaml\n', 'k/my chat.yaml'],
  ['resources: [my\n  chat.yaml]\n', 'k/my chat.yaml'],
  ['resources:\n- a,b[1].yaml\n', 'k/a,b[1].yaml'],
  ['resources:\n- {x}/a.yaml\n', 'k/{x}/a.yaml'],
  ['resources:\n- "a.yaml"\n', 'k/a.yaml'],
  ['resources: [\'a.yaml\', "b.yaml"]\n', 'k/b.yaml'],
  ['resources:\n- a"b".yaml\n', 'k/a"b".yaml'],
  ['resources:\n- a "b".yaml\n', 'k/a "b".yaml'],
  ['resources: ["{x}/a.yaml"]\n', 'k/{x}/a.yaml'],
  ["resources:\n- 'it''s.yaml'\n", "k/it's.yaml"],
  ['resources:\n- "\\x61.yaml"\n', 'k/a.yaml'],
  ['resources:\n- >-\n  a.yaml\n', 'k/a.yaml'],
  ['resources: &all\n- a.yaml\nbases: *all\n', 'k/a.yaml'],
  ['- a.yaml\n', 'k/a.yaml'],
  ['patches:\n- path: p.yaml\n  target: {kind: A}\n', 'k/p.yaml'],
  ['patches: [{path: p q.yaml}]\n', 'k/p q.yaml'],
  ['configMapGenerator:\n- files: [key=a.yaml]\n', 'k/a.yaml'],
  ['configMapGenerator:\n- files:\n  - key=a b.yaml\n', 'k/a b.yaml'],
  ['openapi: {path: s.json}\n', 'k/s.json'],
  ['openapi:\n  path: s.json\n', 'k/s.json'],
  ['patches:\n- - path: p.yaml\n', 'k/p.yaml'],
  ['transformers:\n- |-\n  kind: PatchTransformer\n  path: p.yaml\n', 'k/p.yaml'],
  ['a: b\n---\nresources: [a.yaml]\n', null],
  ['# resources: [a.yaml]\n', null],
  ['resources: [b.yaml] # a.yaml\n', null],
])('%j leads to %s', (text, file) => {
  expect(reaches(text, file ?? 'k/a.yaml')).toBe(file !== null);
});
