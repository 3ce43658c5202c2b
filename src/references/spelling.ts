import { NEW, OLD } from '../operator/fields.ts';

/** How the old kind is spelled where it stands for itself, and how the new one is. */
const SPELLINGS: readonly (readonly [old: RegExp, renewed: string])[] = [
  [/^ClusterInstallation$/, NEW.kind],
  [/^ClusterInstallationList$/, `${NEW.kind}List`],
  [/^mattermost\.com\/v1alpha1$/, NEW.apiVersion],
  [/^mattermost\.com$/, NEW.group],
  [/^v1alpha1\/ClusterInstallation(?=$|[/.])/, `v1beta1/${NEW.kind}`],
  [/^mattermost\.com\/v1alpha1\/ClusterInstallation(?=$|[/.])/, `${NEW.apiVersion}/${NEW.kind}`],
  [/^mattermost\.com\/\*\/ClusterInstallation(?=$|[/.])/, `${NEW.group}/*/${NEW.kind}`],
  [/^mattermost\.com\/ClusterInstallation(?=$|\/)/, `${NEW.group}/${NEW.kind}`],
  [/^\*\/ClusterInstallation(?=$|[/.])/, `*/${NEW.kind}`],
  [/^clusterinstallations(?=$|\/)/, 'mattermosts'],
  [/^clusterinstallation(?=$|\/)/, 'mattermost'],
  [/^clusterinstallations\.mattermost\.com(?=$|\/)/, `mattermosts.${NEW.group}`],
  [/^clusterinstallation\.mattermost\.com(?=$|\/)/, `mattermost.${NEW.group}`],
  [/^clusterinstallations\.v1alpha1\.mattermost\.com(?=$|\/)/, `mattermosts.v1beta1.${NEW.group}`],
  [/^\/apis\/mattermost\.com\/v1alpha1\/((?:namespaces\/[^/]+\/)?)clusterinstallations(?=$|\/)/, `/apis/${NEW.apiVersion}/$1mattermosts`],
  [/^count\/clusterinstallations\.mattermost\.com$/, `count/mattermosts.${NEW.group}`],
];

/** A word that spells the old kind, its group or its API version as a whole, for the new kind; null for any other word. */
export function renewed(word: string): string | null {
  const spelling = SPELLINGS.find(([old]) => old.test(word));
  return spelling === undefined ? null : word.replace(spelling[0], spelling[1]);
}

/** Whether a word stands for the group of the old kind and for others too. */
export const isWildcard = (word: string): boolean => word === '*';

export const isOldGroup = (word: string): boolean => word === OLD.group;

/** The keys of the labels that an operator gives to what it makes of the old kind; Cilium may say in front where a label comes from. */
const LABEL = /^((?:(?:k8s|any):)?)v1alpha1\.mattermost\.com(?=\/(?:installation|resource)$)/;

/** The key of the same label of the new kind; null for any other word. */
export const renewedLabel = (key: string): string | null => (LABEL.test(key) ? key.replace(LABEL, `$1${NEW.group}`) : null);

export const isNewLabel = (key: string): boolean => /^(?:(?:k8s|any):)?installation\.mattermost\.com\//.test(key);

/** The key of a label as Prometheus spells it, behind what it has in front there. */
const LABEL_IN_QUERY = /(?<![^\W_])v1alpha1(_mattermost_com_(?:installation|resource))(?!\w)/g;

const EITHER = /\(\?:v1alpha1(_mattermost_com_(?:installation|resource))\|installation\1\)/g;

const changed = (before: string, after: string): string | null => (before === after ? null : after);

/** A text with the names that Prometheus gives to the labels of the new kind; null where there are none of the old one. */
export const renewedSpelling = (text: string): string | null => changed(text, text.replaceAll(LABEL_IN_QUERY, 'installation$1'));

/** A pattern that fits the names of the new labels as well; null where it has none of the old, or fits both. */
export const eitherSpelling = (pattern: string): string | null =>
  pattern.search(EITHER) >= 0 ? null : changed(pattern, pattern.replaceAll(LABEL_IN_QUERY, '(?:v1alpha1$1|installation$1)'));

/** What fits both, for the new labels alone. */
export const renewedEither = (pattern: string): string | null => changed(pattern, pattern.replaceAll(EITHER, 'installation$1'));
