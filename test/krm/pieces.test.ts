import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ResourceList } from '../../src/krm/list.ts';
import { listInPieces } from '../../src/krm/pieces.ts';
import { wholeList } from '../../src/krm/whole.ts';
import { readValues } from '../../src/manifests/values.ts';
import { runFunction } from '../../src/krm/run-krm.ts';
import { Dice } from '../engine/random/dice.ts';
import { drawManifest } from '../engine/random/manifest.ts';
import { meaning } from '../kustomize/binary.ts';
import { blocked, configMap, functionConfig, installation, resourceList } from './lists.ts';

const whole = (text: string): ResourceList => {
  const list = wholeList(text);
  if ('problem' in list) throw new Error(list.problem);
  return list;
};

describe('a list in pieces', () => {
  const items = [
    configMap,
    installation('chat'),
    installation('talk', '  mattermostEnv:\n  - name: A\n    value: |+\n      a\n      # no comment\n\n'),
  ];
  const plain = resourceList(items, functionConfig('    onBlocked: warn\n'));

  test.each([
    ['as orchestrators write it', plain],
    ['with the dashes indented', plain.replace(/items:\n[^]*?functionConfig/, (part) => part.replaceAll(/^(?=[- ])/gm, '  '))],
    ['with CRLF', plain.replaceAll('\n', '\r\n')],
    ['with a marker and a comment', `# a list\n---\n${plain}# end\n`],
    [
      'with comments between items',
      plain.replaceAll(/^- /gm, '# above\n\n  # deeper\n- ').replace('functionConfig', '# below\nfunctionConfig'),
    ],
    ['with the dash on a line of its own', plain.replaceAll(/^- /gm, '-\n  ')],
    ['with more behind the dash', plain.replaceAll(/^- /gm, '-   # an item\n  ')],
    ['with the items last', resourceList(items.slice(0, 2))],
    [
      'with the header last',
      `${/items:\n[^]*?(?=functionConfig)/.exec(plain)?.[0] ?? ''}kind: ResourceList\napiVersion: config.kubernetes.io/v1\n`,
    ],
    ['without a final line break', resourceList([configMap, installation('chat')]).trimEnd()],
    ['with a comment at the end, without a line break', `${resourceList([configMap, installation('chat')])}  # end`],
    [
      'with a first line that goes',
      plain.replace('- apiVersion: mattermost.com', '- status: {}\n\n  # a comment\n  apiVersion: mattermost.com'),
    ],
    ['with results', `${plain}results:\n- message: a\n`],
    ['with something blocked', resourceList([installation('chat'), blocked('blue')], functionConfig('    onBlocked: warn\n'))],
    ['with nothing to convert', resourceList([configMap, configMap])],
  ])('gives what the whole gives: %s', async (_, text) => {
    const pieces = listInPieces(text);
    expect(pieces?.textWith(null, [])).toBe(text);
    const [one, other] = await Promise.all([runFunction(pieces ?? whole(text), null, '/'), runFunction(whole(text), null, '/')]);
    expect(one.output).toBe(other.output);
    expect({ code: one.code, changed: one.changed }).toEqual({ code: other.code, changed: other.changed });
  });

  test.each([
    ['braces', '{"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": []}'],
    ['no items', 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n'],
    ['a list in brackets', 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n  [{kind: A}]\n'],
    ['two documents', `${plain}---\n${plain}`],
    ['an anchor around the items', plain.replace('items:', 'items: &a')],
    ['an anchor in an item', plain.replace('  kind: ClusterInstallation', '  kind: &k ClusterInstallation')],
    ['an alias across items', plain.replace('  kind: ConfigMap', '  kind: &k ConfigMap').replace('  name: talk', '  name: *k')],
    ['an item that is no map', plain.replace('items:\n', 'items:\n- ClusterInstallation\n')],
    ['a key that is indented', plain.replace('functionConfig', ' functionConfig')],
    ['another kind', plain.replace('ResourceList', 'List')],
    ['a directive', `%YAML 1.1\n---\n${plain}`],
  ])('is left to the whole: %s', (_, text) => {
    expect(listInPieces(text)).toBeNull();
  });

  test('costs no more than what matters', async () => {
    const filler = '- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\n  data:\n    x: y\n'.repeat(100_000);
    const text = resourceList([installation('chat')]).replace('items:\n', `items:\n${filler}`);
    const list = listInPieces(text);
    expect(list?.items).toMatchObject([{ name: 'chat', line: 2 }]);
    const { output, code } = await runFunction(list ?? whole(text), null, '/');
    expect(code).toBe(0);
    expect(output).toContain('kind: Mattermost');
  }, 60_000);
});

/** A random List as a ResourceList; null for a layout that can't be turned into one by its lines. */
function asResourceList(text: string): string | null {
  const turned = text
    .replace(/^((['"]?)kind\2[ \t]*:[ \t]*)(['"]?)List\3/m, '$1$3ResourceList$3')
    .replace(/^((['"]?)apiVersion\2[ \t]*:[ \t]*)(['"]?)v1\3/m, '$1$3config.kubernetes.io/v1$3');
  return 'problem' in wholeList(turned) ? null : turned;
}

test('random lists mean the same in pieces as they do whole', async () => {
  let inPieces = 0;
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (draw) => {
      const { text: drawn } = drawManifest(new Dice(draw));
      const text = asResourceList(drawn);
      const pieces = text === null ? null : listInPieces(text);
      if (text === null || pieces === null) return;
      inPieces += 1;
      expect(pieces.textWith(null, [])).toBe(text);
      const [one, other] = await Promise.all([runFunction(pieces, null, '/'), runFunction(whole(text), null, '/')]);
      const meant = ({ output }: typeof one): unknown => readValues(Buffer.from(output.replaceAll(/stdin:\d+/g, 'stdin'))).map(meaning);
      expect({ code: one.code, list: meant(one) }).toEqual({ code: other.code, list: meant(other) });
    }),
    { numRuns: 600, endOnFailure: true },
  );
  expect(inPieces).toBeGreaterThan(5);
});
