import { isValuesFile } from './chart.ts';
import { isReleaseOf } from './releases.ts';
import type { InlineValues, Release } from './releases.ts';

/** Values that a chart is rendered with beside its own. */
export interface ValueSet {
  /** For messages. */
  readonly name: string;
  readonly values: Release['values'];
  /** Why not all of them are known; null where they are. */
  readonly unknown: string | null;
  /** The release that brings them; null for a file of the chart, and for its own values alone. */
  readonly release: Release | null;
}

/** The chart's own values alone come first. */
export const OWN_VALUES: ValueSet = { name: 'the values of the chart', values: [], unknown: null, release: null };

/**
 * What a chart is rendered with, as far as the repository tells: its own values, each other file of values that it brings, each release.
 *
 * @param files those in its directory and below
 */
export function valueSetsOf(chart: string, files: readonly string[], releases: readonly Release[]): ValueSet[] {
  return [
    OWN_VALUES,
    ...(/(?:^|\/)charts\/[^/]+$/.test(chart)
      ? [{ name: 'the chart in whose charts folder it lies', values: [], unknown: 'has values of its own', release: null }]
      : []),
    ...files
      .filter((file) => isValuesFile(chart, file))
      .map((file): ValueSet => ({ name: file, values: [file], unknown: null, release: null })),
    ...releases
      .filter((release) => isReleaseOf(release, chart))
      .map((release): ValueSet => {
        const { name, file, values, unknown } = release;
        return { name: `${name} (${file})`, values, unknown: unknown ?? strangeFile(values), release };
      }),
  ];
}

const strangeFile = (values: Release['values']): string | null =>
  values.some((each) => typeof each === 'string' && /^\.\.(?:\/|$)/.test(each)) ? 'takes values from outside of the repository' : null;

/** Whether values stand in the object of an engine. */
export const isInline = (values: string | InlineValues): values is InlineValues => typeof values !== 'string';
