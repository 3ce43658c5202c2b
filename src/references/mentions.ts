import type { Resource } from '../model/installation.ts';
import { isList, isMap, isScalar } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { NEW, OLD } from '../operator/fields.ts';
import type { Reference, Referent } from './referrer.ts';

/** A resource as far as its references go. */
export type ReferringResource = Pick<Resource, 'apiVersion' | 'kind' | 'value'>;

/** A place of a resource that names the old kind or one of its labels. */
export interface Mention extends Reference {
  readonly resource: ReferringResource;
  /**
   * `name`: the kind, in a spelling that stands for itself. `label`: the key of a label. `text`: either of them in a query, an expression, a
   * command, or a manifest in a string.
   */
  readonly form: 'name' | 'label' | 'text';
}

/**
 * What a resource that is no installation itself says of ClusterInstallation and its labels, in document order, but for the parts of it that name
 * the new counterpart as well, for then somebody has seen to them. Secrets, and texts in ConfigMaps but for settings of Argo CD, are not looked at.
 */
export function mentionsIn(resource: ReferringResource): Mention[] {
  const words = isExempt(resource) ? [] : wordsOf(resource);
  const renewed = new Set(words.flatMap((word) => renewedBy(word).map((referent) => partOf(referent, word.path))));
  return mentionsOf(resource, words).filter(({ referent, path }) => !renewed.has(partOf(referent, path)));
}

/** The part of a resource that one thing is said in: a list or map of it, or of its spec. */
function partOf(referent: Referent, path: Path): string {
  const inside = path.slice(0, -1);
  const index = inside.findIndex((step) => typeof step === 'number');
  return JSON.stringify([referent, inside.slice(0, Math.min(index < 0 ? inside.length : index, 2))]);
}

/** All that it says of them, whether it names the new counterpart as well or not. */
export const allMentionsIn = (resource: ReferringResource): Mention[] => mentionsOf(resource, isExempt(resource) ? [] : wordsOf(resource));

const mentionsOf = (resource: ReferringResource, words: readonly Word[]): Mention[] =>
  words.flatMap((word) => namedBy(word).map(({ referent, form }) => ({ resource, referent, form, path: word.path })));

/** What is no object refers to nothing; definitions of the old kind have to stay until none is left; kustomizations are converted; what is in Secrets is nobody's business. */
const isExempt = ({ apiVersion, kind }: ReferringResource): boolean =>
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
const OF_INTEREST =
  /^mattermost\.com(?:\/v1alpha1)?$|^mattermosts?(?:$|\/)|clusterinstallation|installation[._]mattermost[._]com|v1alpha1[._]mattermost[._]com/i;

/** What a resource says of itself, and what only a cluster writes. */
const SKIPPED: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'status']);

function wordsOf({ kind, value }: ReferringResource): Word[] {
  const words: Word[] = [];
  const seen = new Set<Value>();
  const add = (word: Word): unknown => (OF_INTEREST.test(word.text) || isSetting(word)) && words.push(word);
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
      if (kind !== 'ConfigMap' || mayBeRead(key, child)) visit(child, [...path, key], at);
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

/** The key of a label, as manifests and as queries write it: there it has other characters, and perhaps a word in front. */
const LABEL = /(?<![\w.-])v1alpha1\.mattermost\.com\/(?:installation|resource)(?![\w-])/;
const LABEL_IN_QUERY = /(?<![^\W_])v1alpha1_mattermost_com_(?:installation|resource)(?!\w)/;

type MentionedName = Pick<Mention, 'referent' | 'form'>;

function namedBy(word: Word): MentionedName[] {
  const isText = /\s/.test(word.text);
  const kind = namesKind(word);
  const isLabel = LABEL.test(word.text);
  const isQuery = LABEL_IN_QUERY.test(word.text);
  return [
    ...(kind === null ? [] : [{ referent: 'kind', form: kind } as const]),
    ...(isLabel || isQuery ? [{ referent: 'label', form: isText || !isLabel ? 'text' : 'label' } as const] : []),
  ];
}

/** Texts of ConfigMaps that are settings of Argo CD: what it looks at, and who may do what. */
const SETTINGS = /^(?:resource\.(?:customizations|inclusions|exclusions|links)|policy\.(?:[\w.-]+\.)?csv)$/;

const isSetting = ({ text, path: [list, key], path }: Word): boolean => {
  if (path.length !== 2 || list !== 'data') return false;
  const isOurs = /(?<!\w)ClusterInstallation(?!\w)/.test(text);
  if (isMetricsConfiguration(text)) return isOurs;
  return SETTINGS.test(String(key)) && (isOurs || (key !== 'resource.links' && /(?<![\w.-])mattermost\.com(?![\w.-])/.test(text)));
};

/** Other texts of ConfigMaps are what their owners make of them. */
const mayBeRead = (key: string, child: Value): boolean => !isScalar(child) || SETTINGS.test(key) || isMetricsConfiguration(child.text);

/** What kube-state-metrics is to measure, as a text in a ConfigMap. */
export const isMetricsConfiguration = (text: string): boolean => /^kind:[ \t]*["']?CustomResourceStateMetrics\b/m.test(text);

/** Flux's lists of events: regular expressions. */
const isEventPattern = ({ text, path }: Word): boolean =>
  /^(?:inclusion|exclusion)List$/.test(String(path.at(-2))) && /(?<!\w)ClusterInstallation(?!\w)/.test(text);

function namesKind(word: Word): Mention['form'] | null {
  if (isEventPattern(word) || isSetting(word)) return 'text';
  if (/\s/.test(word.text)) return IN_TEXT.some((pattern) => pattern.test(word.text)) ? 'text' : null;
  if (QUALIFIED.some((pattern) => pattern.test(word.text)) || meansWholeGroup(word)) return 'name';
  const form = bareForm(word);
  return form !== null && isOurGroup(word.around) && !isInstallation(word.around) ? form : null;
}

const GROUP_FIELD = /^(?:apiGroups?|groups?|apiVersion)$/;

/** The group, where all of its kinds are meant. */
function meansWholeGroup({ text, path, around }: Word): boolean {
  const own = path.findLast((step) => typeof step === 'string') ?? '';
  // What Argo CD tells Helm and Kustomize that a cluster knows.
  if (text === OLD.apiVersion && own === 'apiVersions') return true;
  if (!(text === OLD.group || (text === OLD.apiVersion && own === 'apiVersion')) || !GROUP_FIELD.test(own)) return false;
  const named = ['kind', 'kinds', 'resource', 'resources'].flatMap((key) => textsOf(around.get(key)));
  return named.includes('*') || (own === 'apiVersion' && named.length === 0 && path.includes('healthCheckExprs'));
}

/** The word alone, where its field says that a kind, a resource or an argument is meant. */
function bareForm({ text, path }: Word): Mention['form'] | null {
  const [parent, own] = lastNames(path);
  const isKind = /kind/i.test(own) && /^(?:(?:v1alpha1|\*)\/|\*\/\*\/)?ClusterInstallation(?:List)?(?:$|[/.])/.test(text);
  if (isKind || (isForResources(own, parent) && PLURAL.test(text))) return 'name';
  return /^(?:args|command)$/.test(own) && PLURAL.test(text) ? 'text' : null;
}

const PLURAL = /^clusterinstallations?(?:$|\/)/;
const NEW_PLURAL = /^mattermosts?(?:$|\/)/;

const isForResources = (own: string, parent: string): boolean => /resource|plural|singular/i.test(own) || /resource/i.test(parent);

/** The last two names on the way to a place. */
const lastNames = (path: Path): [parent: string, own: string] => {
  const [parent = '', own = ''] = ['', ...path.filter((step) => typeof step === 'string')].slice(-2);
  return [parent, own];
};

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

/** A pattern for both kinds, or a condition that holds for either. */
const OF_BOTH_KINDS =
  /ClusterInstallation\|Mattermost|\|\| [\w.]+ == (["'])Mattermost\1|(?:request\.kind|object)\.kind == 'ClusterInstallation' \? \(/;

/** What a word shows to have been seen to already. */
function renewedBy({ text, path }: Word): Referent[] {
  if (NEW_LABEL.test(text)) return ['label'];
  const [parent, own] = lastNames(path);
  const isBoth = OF_BOTH_KINDS.test(text);
  return isBoth || text.includes(NEW.group) || (NEW_PLURAL.test(text) && isForResources(own, parent)) ? ['kind'] : [];
}
