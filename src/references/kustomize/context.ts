import type { BuiltResource } from '../../kustomize/resource.ts';
import { scalarAt } from '../../model/value.ts';
import type { ValueMap } from '../../model/value.ts';
import type { ConversionOptions } from '../../operator/convert.ts';
import type { ReferenceContext } from '../referrer.ts';

/** An installation as it is built, and how it is converted. */
export interface JudgedInstallation {
  readonly built: ValueMap;
  readonly options: ConversionOptions;
}

/** What is known before any installation is looked at. */
export const UNKNOWN_CONTEXT: ReferenceContext = {
  decision: { fileStore: 'undecided', database: 'undecided', ingress: 'undecided' },
  hostNamesSecret: false,
  mattermosts: [],
};

/** What the installations that a document is about have in common, and the Mattermosts that are built beside them. */
export function contextOf(installations: readonly JudgedInstallation[], mattermosts: readonly BuiltResource[]): ReferenceContext {
  const options = installations.map((each) => each.options);
  const decision = {
    fileStore: shared(options.map(({ fileStore }) => fileStore)),
    database: shared(options.map(({ database }) => database)),
    ingress: shared(options.map(({ ingress }) => ingress)),
  };
  return { decision, hostNamesSecret: installations.some(hostNamesSecret), mattermosts };
}

/** `undecided` where they differ, or where there is none. */
function shared<Kind extends string>(kinds: readonly Kind[]): Kind | 'undecided' {
  const [first] = kinds;
  return first !== undefined && kinds.every((kind) => kind === first) ? first : 'undecided';
}

const hostNamesSecret = ({ built, options }: JudgedInstallation): boolean =>
  options.ingress === 'modern' && scalarAt(built, ['spec', 'useIngressTLS']) === true;
