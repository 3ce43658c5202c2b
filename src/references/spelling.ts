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
