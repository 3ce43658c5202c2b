import { isList, stringScalar, valueAt } from '../model/value.ts';
import type { Value } from '../model/value.ts';
import { losesPlainHttp, S3_TLS_VARIABLE } from '../rules/s3-tls-default.ts';
import { isUnset } from '../rules/written.ts';
import type { FieldChange } from '../edit/field-change.ts';
import type { StageSubject } from './stage.ts';

/**
 * Writes out how a ClusterInstallation talks to its external file store, where a Mattermost would do otherwise. The pods stay as they are: the value stands where the
 * operator's own one stood (`mergeEnvVars`, v1.12.0 to v1.25.9).
 */
export function withPlainHttp({ installation, options, fileStoreUndecided, target }: StageSubject): FieldChange[] {
  if (fileStoreUndecided || !losesPlainHttp({ installation, fileStore: options.fileStore, target })) return [];
  const path = ['spec', 'mattermostEnv'];
  const variables = valueAt(installation.value, path);
  if (!isList(variables) && !isUnset(variables)) return [];
  const variable = new Map<string, Value>([
    ['name', stringScalar(S3_TLS_VARIABLE)],
    ['value', stringScalar('false')],
  ]);
  return [{ path, value: [...(isList(variables) ? variables : []), variable] }];
}
