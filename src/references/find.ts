import type { Resource } from '../model/installation.ts';
import { isList, isMap, isScalar } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { NEW, OLD } from '../operator/fields.ts';

/** A file that holds neither these nor the kind as it is written refers to nothing of it. */
export const REFERENCE_MARKERS: readonly string[] = [OLD.kind.toLowerCase(), `v1alpha1.${OLD.group}/`, 'v1alpha1_mattermost_com_'];

/** What a resource may refer to: the kind in any of its spellings, or the labels that the operator gives to what it makes of one. */
export type Referent = 'kind' | 'label';

/** A place below a resource that refers to what a conversion replaces. */
export interface Reference {
  readonly referent: Referent;
  /** Leads to a value, or to a key that is itself the reference. */
  readonly path: Path;
}

/** A resource as far as its references go. */
export type Referrer = Pick<Resource, 'apiVersion' | 'kind' | 'value'>;

/**
 * Where a resource that is no installation itself refers to ClusterInstallation or to its labels, in document order. Empty where it
 * refers to the new counterpart as well, for then somebody has seen to it. Secrets, and texts in ConfigMaps, are not looked at.
 */
export function referencesIn(resource: Referrer): Reference[] {
  if (isExempt(resource)) return [];
  const words = wordsOf(resource);
  const renewed = new Set(words.flatMap(renewedBy));
  return words.flatMap((word) => referentsOf(word).flatMap((referent) => (renewed.has(referent) ? [] : [{ referent, path: word.path }])));
}

/** What is no object refers to nothing; definitions of the old kind have to stay until none is left; kustomizations are converted; what is in Secrets is nobody's business. */
const isExempt = ({ apiVersion, kind }: Referrer): boolean =>
  kind === '' ||
  kind === OLD.kind ||
  kind === 'CustomResourceDefinition' ||
  kind === 'Secret' ||
  apiVersion === 'builtin' ||
  apiVersion.startsWith('kustomize.config.k8s.io/');

/** A key or a scalar, with the map that it stands in, or that its list stands in. */
interface Word {
  readonly text: string;
  readonly path: Path;
  readonly around: ValueMap;
}

/** What may be worth a closer look, in either form. */
const OF_INTEREST = /clusterinstallation|installation[._]mattermost[._]com|v1alpha1[._]mattermost[._]com/i;

/** What a resource says of itself, and what only a cluster writes. */
const SKIPPED: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'status']);

function wordsOf({ kind, value }: Referrer): Word[] {
  const words: Word[] = [];
  const seen = new Set<Value>();
  const add = (word: Word): unknown => OF_INTEREST.test(word.text) && words.push(word);
  const visit = (at: Value, path: Path, around: ValueMap): void => {
    if (isScalar(at)) add({ text: at.text, path, around });
    // Each value is looked at once, however often aliases repeat it.
    if (isScalar(at) || seen.has(at)) return;
    seen.add(at);
    if (isList(at)) for (const [index, item] of at.entries()) visit(item, [...path, index], around);
    if (!isMap(at)) return;
    for (const [key, child] of at) {
      if (key === 'metadata' || (path.length === 0 && SKIPPED.has(key))) continue;
      add({ text: key, path: [...path, key], around: at });
      if (kind !== 'ConfigMap' || !isScalar(child)) visit(child, [...path, key], at);
    }
  };
  visit(value, [], value);
  return words;
}

/** The kind under its full name, in the spellings that are in use. */
const QUALIFIED: readonly RegExp[] = [
  /(?<![\w-])mattermost\.com[/_](?:(?:v1alpha1|\*)\/)?ClusterInstallation(?!\w)/,
  /(?<!\w)ClusterInstallation\.v1alpha1\.mattermost\.com(?![\w.-])/,
  /(?<![\w.-])clusterinstallations?\.(?:v1alpha1\.)?mattermost\.com(?![\w.-])/,
  /\/apis\/mattermost\.com\/v1alpha1\/(?:\S{0,500}\/)?clusterinstallations(?![\w-])/,
];

/** In a text of several words only what can't be prose counts: a manifest or patch, an expression, a command. */
const IN_TEXT: readonly RegExp[] = [
  ...QUALIFIED,
  /^[ \t]*(?:- +)?["']?kind["']?:[ \t]*["']?ClusterInstallation["']?[ \t]*,?[ \t\r]*$/m,
  /kind["'\])]{0,3}\s{0,9}[=!]=?~?\s{0,9}["']ClusterInstallation/i,
  /\bkubectl\b.{0,500}[ /]clusterinstallations?(?![\w-])/,
];

/** In queries the label has other characters, and perhaps a word in front. */
const LABEL =
  /(?<![\w.-])v1alpha1\.mattermost\.com\/(?:installation|resource)(?![\w-])|(?<![^\W_])v1alpha1_mattermost_com_(?:installation|resource)(?!\w)/;

const referentsOf = (word: Word): Referent[] => [
  ...(namesKind(word) ? ['kind' as const] : []),
  ...(LABEL.test(word.text) ? ['label' as const] : []),
];

function namesKind({ text, path, around }: Word): boolean {
  if (/\s/.test(text)) return IN_TEXT.some((pattern) => pattern.test(text));
  if (QUALIFIED.some((pattern) => pattern.test(text))) return true;
  const [parent = '', own = ''] = ['', ...path.filter((step) => typeof step === 'string')].slice(-2);
  const isKind = /kind/i.test(own) && /^(?:(?:v1alpha1|\*)\/|\*\/\*\/)?ClusterInstallation(?:List)?(?:$|[/.])/.test(text);
  const isPlural = (/resource|plural|singular/i.test(own) || /resource/i.test(parent)) && /^clusterinstallations?(?:$|\/)/.test(text);
  const isArgument = /^(?:args|command)$/.test(own) && /^clusterinstallations?(?:$|\/)/.test(text);
  return (isKind || isPlural || isArgument) && isOurGroup(around) && !isInstallation(around);
}

/** An installation that is part of the resource is more than a reference. */
const isInstallation = (around: ValueMap): boolean =>
  isMap(around.get('metadata')) && textsOf(around.get('apiVersion')).includes(OLD.apiVersion);

const GROUP_KEYS = ['group', 'groups', 'apiGroup', 'apiGroups', 'apiVersion'];

/** Other vendors may own the word: what stands beside it must not name another group. */
function isOurGroup(around: ValueMap): boolean {
  const groups = GROUP_KEYS.flatMap((key) => textsOf(around.get(key))).filter((group) => group !== '');
  return groups.length === 0 || groups.some((group) => /(?:^|[.*(|])mattermost\.com/.test(group) || /[*$]|\{\{/.test(group));
}

const textsOf = (value: Value | undefined): string[] =>
  isScalar(value) ? [value.text] : isList(value) ? value.filter(isScalar).map(({ text }) => text) : [];

const NEW_LABEL =
  /(?<![\w.-])installation\.mattermost\.com\/(?:installation|resource)(?![\w-])|(?<![^\W_])installation_mattermost_com_(?:installation|resource)(?!\w)/;

/** What a word shows to have been seen to already. */
function renewedBy({ text }: Word): Referent[] {
  if (NEW_LABEL.test(text)) return ['label'];
  return text.includes(NEW.group) ? ['kind'] : [];
}
