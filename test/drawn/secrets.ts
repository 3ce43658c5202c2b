import type { Draft } from './draft.ts';

/** How the database Secret of a family comes to be. */
export interface DrawnSecrets {
  /** Whether the installation names one. */
  readonly names: boolean;
  /** Files of the base, and what its kustomization says besides. */
  readonly inBase: readonly string[];
  readonly baseText: string;
  /** Resources of an overlay, and what its kustomization says besides. */
  readonly overlay: (folder: string, index: number) => readonly [resources: readonly string[], text: string];
}

/** The name under which the operator keeps what it makes itself: under another one it would look for it in vain. */
export const secretOf = (name: string): string => `${name}-mysql-root-password`;

const EXTERNAL = '{DB_CONNECTION_STRING: none, DB_CONNECTION_CHECK_URL: none}';
const MANAGED = '{ROOT_PASSWORD: none, USER: none, PASSWORD: none, DATABASE: none}';

const secret = (name: string, data: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: ${secretOf(name)}}\nstringData: ${data}\n`;

const generated = (name: string, keys: string, behavior: string): string =>
  `secretGenerator:\n- name: ${secretOf(name)}\n${behavior}  literals: ${keys}\n  options: {disableNameSuffixHash: true}\n`;

/** What an overlay does to the Secret of its base. */
const CHANGES: readonly ((name: string) => string)[] = [
  () => '',
  // Changes go by generators and replacements: lists of patches stand in the kustomization already.
  (name) =>
    `replacements:\n- source: {kind: Secret, name: ${secretOf(name)}, fieldPath: metadata.name}\n  targets:\n  - select: {kind: Secret, name: ${secretOf(name)}}\n    fieldPaths: [stringData.DB_CONNECTION_STRING]\n    options: {create: true}\n`,
];

/** Draws where the Secret is, and what it holds in each overlay. */
export function drawSecrets(draft: Draft, name: string, base: string): DrawnSecrets {
  const { dice, files } = draft;
  const none = { names: true, inBase: [], baseText: '', overlay: () => [[], ''] as const };
  const kind = dice.pick(['none', 'none', 'missing', 'base', 'base', 'generated', 'overlays', 'merged', 'changed', 'patched', 'patched']);
  draft.features.add(`secret ${kind}`);
  const data = dice.chance(60) ? EXTERNAL : MANAGED;
  switch (kind) {
    case 'none':
      return { ...none, names: false };
    case 'base':
      files[`${base}/secret.yaml`] = secret(name, data);
      return { ...none, inBase: ['secret.yaml'] };
    case 'generated':
      return { ...none, baseText: generated(name, '[DB_CONNECTION_STRING=none]', '') };
    case 'overlays': {
      // Each overlay has a Secret of its own; at times they hold other keys.
      const same = dice.chance(60);
      return {
        ...none,
        overlay: (folder) => {
          files[`${folder}/secret.yaml`] = secret(name, same || dice.chance(50) ? data : MANAGED);
          return [['secret.yaml'], ''];
        },
      };
    }
    case 'merged':
      return {
        ...none,
        baseText: generated(name, '[USER=none, PASSWORD=none, DATABASE=none, ROOT_PASSWORD=none]', ''),
        overlay: () => [
          [],
          dice.chance(50) ? generated(name, '[DB_CONNECTION_STRING=none]', `  behavior: ${dice.pick(['merge', 'replace'])}\n`) : '',
        ],
      };
    case 'changed': {
      files[`${base}/secret.yaml`] = secret(name, MANAGED);
      const change = dice.pick(CHANGES);
      return { ...none, inBase: ['secret.yaml'], overlay: () => [[], dice.chance(60) ? change(name) : ''] };
    }
    case 'patched': {
      files[`${base}/secret.yaml`] = secret(name, data);
      // A layer of its own, for lists of patches stand in the overlay already.
      const keys =
        data === EXTERNAL
          ? `{DB_CONNECTION_STRING: null, USER: none, PASSWORD: none, DATABASE: none, ROOT_PASSWORD: none}`
          : '{DB_CONNECTION_STRING: none}';
      const operation =
        data === EXTERNAL
          ? '{op: remove, path: /stringData/DB_CONNECTION_STRING}'
          : '{op: add, path: /stringData/DB_CONNECTION_STRING, value: none}';
      const form = dice.below(3);
      return {
        ...none,
        inBase: ['secret.yaml'],
        overlay: (folder, index) => {
          if (!dice.chance(60)) return [[], ''];
          files[`${folder}/secret-transformer-${index}.yaml`] =
            form === 0
              ? `apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: secret}\ntarget: {kind: Secret}\npatch: '[${operation}]'\n`
              : form === 1
                ? `apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: secret}\npatch: |\n  ${secret(name, keys).trimEnd().replaceAll('\n', '\n  ')}\n`
                : `apiVersion: builtin\nkind: PatchStrategicMergeTransformer\nmetadata: {name: secret}\npatches: |\n  ${secret(name, keys).trimEnd().replaceAll('\n', '\n  ')}\n`;
          return [[], `transformers: [secret-transformer-${index}.yaml]\n`];
        },
      };
    }
    default:
      return none;
  }
}
