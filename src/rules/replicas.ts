import type { Path } from '../model/value.ts';
import { scalarAt } from '../model/value.ts';
import { holds } from '../operator/convert.ts';
import { FIELDS } from '../operator/fields.ts';
import type { InstallationSubject } from './rule.ts';

/** The numbers of replicas that the conversion looks at: those of an external database or file store are dropped anyway. */
export const countsOf = ({ installation, fileStore, database }: InstallationSubject): { path: Path; count: number | bigint }[] =>
  FIELDS.filter(({ value, when }) => value === 'replicas' && holds(when, { fileStore, database })).flatMap(({ from }) => {
    const count = scalarAt(installation.value, from);
    return typeof count === 'number' || typeof count === 'bigint' ? [{ path: from, count }] : [];
  });
