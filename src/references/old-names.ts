import { OLD } from '../operator/fields.ts';

/** A text without any of these names nothing of the old kind. */
export const OLD_NAME_MARKERS: readonly string[] = [
  // In any case but for the first letter, which comes in both.
  'lusterInstallation',
  'lusterinstallation',
  'LUSTERINSTALLATION',
  OLD.apiVersion,
  `v1alpha1.${OLD.group}`,
  'v1alpha1_mattermost_com',
];

/** How rules write the group of the old kind where they mean all of it. */
export const GROUP_MARKERS: readonly string[] = ['[', '- ', ': ', '"', "'"].map((before) => `${before}${OLD.group}`);

/** The kind in one of its spellings, its API version, or the group of its labels, as it stands in a text. */
export interface OldName {
  readonly start: number;
  readonly end: number;
}

/** A name that goes on to an extension is that of a manifest, which may be called what it likes; `clusterinstallation_v1alpha1.json` is the schema of the kind. */
const OLD_NAME =
  /clusterinstallations?(?!(?!_v1alpha1)[\w-]{0,100}\.(?:ya?ml|json)\b)|(?<![\w.-])mattermost\.com\/v1alpha1(?!\w)|v1alpha1[._]mattermost[._]com/gi;

/** Every old name of a text, in order. */
export const oldNamesIn = (text: string): OldName[] =>
  [...text.matchAll(OLD_NAME)].map(({ index, 0: name }) => ({ start: index, end: index + name.length }));
