import { harmfulIn, PRUNE_ANNOTATIONS, protecting } from '../engines/protection.ts';
import { stringAt, stringScalar } from '../model/value.ts';
import type { ValueMap } from '../model/value.ts';
import { listed } from '../rules/written.ts';
import { withSizeWrittenOut } from './explicit-size.ts';
import { withoutBlueGreen, withoutCanary } from './features.ts';
import type { FieldChange } from '../edit/field-change.ts';
import { splitBlueGreen, splitCanary } from './split.ts';
import { withPlainHttp } from './plain-http.ts';
import { NOTHING_TO_DO, refusal, refused } from './stage.ts';
import type { StageDecision, StageSubject } from './stage.ts';
import { defaulted, defeating, notSet } from './trigger.ts';
import { annotationOf, isProtectedBy } from '../engines/standing.ts';

/** What `prepare` may write besides protection; null where the user gave nothing. */
export interface PrepareOptions {
  readonly image: string | null;
  readonly version: string | null;
  /** Whether what `spec.size` stands for is to be written out. */
  readonly explicitSize: boolean;
  /** What is to become of BlueGreen, or of Canary: a rollout of its own, of which nothing else is part. */
  readonly blueGreen: BlueGreenWay | null;
  readonly canary: CanaryWay | null;
}

/** What is in production alone, or a Mattermost for each colour. */
export type BlueGreenWay = 'production' | 'split';

/** Without a canary, or with a Mattermost for it. */
export type CanaryWay = 'off' | 'split';

/** Stage 0: the ClusterInstallation is protected from pruning, and says what it runs. */
export function prepare(subject: StageSubject, options: PrepareOptions): StageDecision {
  const { image, version, blueGreen, canary, explicitSize } = options;
  if (blueGreen !== null) return blueGreen === 'split' ? splitBlueGreen(subject) : withoutBlueGreen(subject);
  if (canary !== null) return canary === 'split' ? splitCanary(subject) : withoutCanary(subject);
  const { installation, engines, standing } = subject;
  if (standing === 'triggered') return NOTHING_TO_DO;
  if (engines === null) return refused(refusal('engine-unknown', 'No object of Argo CD or Flux in this repository applies it'));
  const protections = engines.flatMap((engine): FieldChange[] =>
    isProtectedBy(installation.value, engine)
      ? []
      : [
          {
            path: ['metadata', 'annotations', PRUNE_ANNOTATIONS[engine]],
            value: stringScalar(protecting(engine, annotationOf(installation.value, PRUNE_ANNOTATIONS[engine]))),
          },
        ],
  );
  const size = explicitSize ? withSizeWrittenOut(subject, subject.operator) : NOTHING_TO_DO;
  if (size.refusals.length > 0) return size;
  const said = [...explicit(installation.value, 'image', image), ...explicit(installation.value, 'version', version)];
  return {
    changes: [...protections, ...said, ...size.changes, ...withPlainHttp(subject)],
    refusals: [],
    effects: [...takenOut(subject), ...ofApplications(subject), ...(size.effects ?? [])],
    asks: leftOut(installation.value, { image, version }),
  };
}

/** What the operator fills in, and nobody has said. */
function leftOut(value: ValueMap, given: Pick<PrepareOptions, 'image' | 'version'>): NonNullable<StageDecision['asks']> {
  const fields = defaulted(value).filter((field) => given[field] === null);
  return fields.length === 0 ? [] : [{ rule: 'image-defaulted', message: notSet(fields) }];
}

/** Options of the object itself that work against its protection. */
function takenOut({ installation, engines }: StageSubject): string[] {
  const options = harmfulIn(annotationOf(installation.value, PRUNE_ANNOTATIONS['argo-cd']) ?? '');
  if (options.length === 0 || engines?.includes('argo-cd') !== true) return [];
  return [
    `${listed(options)} ${options.length > 1 ? 'go' : 'goes'} from the sync options of the ClusterInstallation: what is made anew loses what it owns`,
  ];
}

/** Options of every sync stand in objects that nothing here writes. */
const ofApplications = ({ appliers }: StageSubject): string[] =>
  appliers.flatMap(({ shown, file, harmful }) =>
    harmful.length === 0 ? [] : [`${shown} (${file}) syncs with ${defeating(harmful)}; take it out before the trigger`],
  );

/** What the manifest says stays: the option fills in what is left to the operator's default of the day. */
const explicit = (value: ValueMap, field: 'image' | 'version', given: string | null): FieldChange[] =>
  given === null || stringAt(value, ['spec', field]) !== null ? [] : [{ path: ['spec', field], value: stringScalar(given) }];
