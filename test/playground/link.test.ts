import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { carriedBy, fragmentOf, MAX_CARRIED, notCarried } from '../../src/playground/link.ts';

const MANIFEST = 'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\n';
const fragment = (text: string, rest = ''): string => `#m=${deflateRawSync(text).toString('base64url')}${rest}`;

describe('a link', () => {
  test('carries a text and what was chosen, and nothing else', async () => {
    const carried = { text: `${MANIFEST}# ü – 🚀\n`, choices: { target: '1.16', ingress: 'modern', assumeDatabase: 'external' } } as const;
    expect(await carriedBy(`#${await fragmentOf(carried)}`)).toEqual(carried);
    expect(await carriedBy(fragment(MANIFEST, '&target=javascript:1&ingress=x&assumeDatabase=y&z=1'))).toEqual({
      text: MANIFEST,
      choices: {},
    });
  });

  test('that is of another kind, broken or too full is told from one that is read', async () => {
    expect(await carriedBy('#rule-x')).toBe('none');
    expect(await carriedBy('#m=AAAA')).toBe('broken');
    expect(await carriedBy(fragment(MANIFEST).slice(0, -8))).toBe('broken');
    expect(await carriedBy(fragment('x'.repeat(MAX_CARRIED)))).toMatchObject({ text: 'x'.repeat(MAX_CARRIED) });
    expect(await carriedBy(fragment('x'.repeat(MAX_CARRIED + 1)))).toBe('broken');
  });

  test.each([
    ['nothing', ' \n', /nothing to link/],
    ['too much', `# ${'x'.repeat(MAX_CARRIED)}`, /up to 32 KB/],
    ['a Secret', `${MANIFEST}---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData:\n  a: b\n`, /Secret/],
    ['credentials', `${MANIFEST}# postgres://user:c4n4ry@db/mattermost\n`, /credentials/],
    ['what can’t be read', `${MANIFEST}spec: [\n`, /read to its end/],
  ])('is not made of %s', (_, text, reason) => {
    expect(notCarried(text)).toMatch(reason);
  });

  test('is made of a manifest', () => {
    expect(notCarried(MANIFEST)).toBeNull();
  });
});
