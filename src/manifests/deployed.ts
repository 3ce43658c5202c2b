import { isList, isMap, isScalar, stringAt } from '../model/value.ts';
import type { Engine } from '../model/installation.ts';
import type { Value } from '../model/value.ts';
import { parseRelease } from '../operator/releases.ts';
import type { Release } from '../operator/releases.ts';

/** The texts by which files that tell about an operator or an engine are found. */
export const DEPLOYED_MARKERS: readonly string[] = ['mattermost-operator', 'argoproj.io', 'fluxcd.io'];

const OPERATOR = 'mattermost-operator';

/** Releases of the operator that data deploys: by image, by an image that kustomize or Helm sets, or by a manifest of the operator's repository. */
export function operatorReleasesIn(value: Value): Release[] {
  if (isList(value)) return value.flatMap(operatorReleasesIn);
  if (!isMap(value)) return isScalar(value) ? releasesOf(versionIn(value.text)) : [];
  const own =
    OPERATOR === lastSegment(stringAt(value, ['name']) ?? stringAt(value, ['repository']) ?? '')
      ? (textAt(value, 'newTag') ?? textAt(value, 'tag'))
      : null;
  return [...releasesOf(own), ...[...value.values()].flatMap(operatorReleasesIn)];
}

const lastSegment = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

function textAt(value: Value, key: string): string | null {
  const found = isMap(value) ? value.get(key) : undefined;
  return isScalar(found) ? found.text : null;
}

/** `mattermost/mattermost-operator:v1.21.0`, or an address with `mattermost-operator/v1.21.0/` or `?ref=v1.21.0`. */
function versionIn(text: string): string | null {
  if (!text.includes(OPERATOR)) return null;
  return (
    /mattermost-operator:(v?\d[\w.-]*)/.exec(text)?.[1] ?? /mattermost-operator\/(?:\S*\?(?:\S*&)?ref=)?(v\d[\w.]*)/.exec(text)?.[1] ?? null
  );
}

function releasesOf(version: string | null): Release[] {
  const release = version === null ? null : parseRelease(version);
  return release === null ? [] : [release];
}

/** The engine whose own resource this is. */
export function engineOf(value: Value): Engine | null {
  const group = (stringAt(value, ['apiVersion']) ?? '').split('/')[0] ?? '';
  if (group === 'argoproj.io' && /^App(?:lication(?:Set)?|Project)$/.test(stringAt(value, ['kind']) ?? '')) return 'argo-cd';
  return group.endsWith('toolkit.fluxcd.io') ? 'flux' : null;
}
