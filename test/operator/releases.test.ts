import { describe, expect, test } from 'vitest';
import { compareReleases, defaultTarget, parseRelease, release, releases } from '../../src/operator/releases.ts';

describe('parseRelease', () => {
  test.each([
    ['1.21', '1.21.0'],
    ['1.21.0', '1.21.0'],
    ['v1.21.0', '1.21.0'],
    ['2.0', '2.0.0'],
    ['1.18', '1.18.1'],
    ['1.25', '1.25.9'],
    ['1.25.7', '1.25.7'],
    ['1.25.10', '1.25.10'],
  ])('%s means %s', (text, version) => {
    expect(parseRelease(text)).toEqual(release(version));
  });

  test.each(['', '1', '1.11', '1.26', '2.1', '0.9.0', '1.21.0-rc.1', '1.021', ' 1.21', '1.21.', 'latest', '1.21.00', '1.21.99999'])(
    'refuses %j',
    (text) => {
      expect(parseRelease(text)).toBeNull();
    },
  );

  test('reads back every release of the table', () => {
    for (const known of releases) expect(parseRelease(known.version)).toEqual(known);
  });
});

describe('compareReleases', () => {
  test('orders by numbers, not by text', () => {
    expect(compareReleases(release('1.25.10'), release('1.25.9'))).toBeGreaterThan(0);
    expect(compareReleases(release('1.9.0'), release('1.12.0'))).toBeLessThan(0);
    expect(compareReleases(release('2.0.0'), release('1.25.9'))).toBeGreaterThan(0);
    expect(compareReleases(release('1.21.0'), release('1.21.0'))).toBe(0);
  });

  test('the table is in order', () => {
    expect([...releases].sort(compareReleases)).toEqual(releases);
  });
});

test('the default target is the newest release that still knows ClusterInstallation', () => {
  expect(defaultTarget).toEqual(releases.findLast(({ major }) => major === 1));
});
