import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';

/** A directory to build, and the tree that it belongs to. */
export interface BuildPlace {
  /** Absolute. */
  readonly root: string;
  /** Relative to the root; empty for the root itself. */
  readonly directory: string;
}

/**
 * Why a build failed, in kustomize's own words: one line, with paths relative to the tree. kustomize quotes patches, literals and nodes in its
 * messages, and these may be secret, nothing is passed on but what is known to be harmless: kustomize's vocabulary, names of files and
 * of resources, line numbers. The rest shows as `…`.
 */
export function kustomizeMessage(stderr: string, place: BuildPlace): string {
  const message = withoutContent(relativeTo(place.root, errorIn(stderr.slice(0, MAX_STDERR))));
  const words = [...message.matchAll(PIECES)];
  const kept = words.map(({ 0: text, groups = {} }, index) =>
    isHarmless(text, groups, previousWord(words, index), place) ? show(text, groups) : '…',
  );
  const told = shorten(tidy(kept.join(''))) || 'kustomize fails without a message that can be shown';
  return NEEDS_NETWORK.test(message) ? `something remote is needed, and nothing is fetched: ${told}` : told;
}

const NEEDS_NETWORK = /proxyconnect|dial tcp|no 'git' program/;

const MAX_STDERR = 8 * 1024;

/** kustomize writes `Error: …` after its warnings; kubectl a log line with the error quoted or, of several lines, between angle brackets. */
function errorIn(stderr: string): string {
  const logged = /"command failed" err=(?:"((?:[^"\\]|\\.)*)"|<\n([\s\S]*?)\n >)/.exec(stderr);
  if (logged !== null) return logged[2] ?? (logged[1] ?? '').replaceAll(/\\n|\\t/g, ' ').replaceAll(/\\(.)/g, '$1');
  return stderr.replaceAll(/^#.*$/gm, '').replace(/^\s*error: /i, '');
}

/** Stands for the root of the tree in front of a path. */
const ROOT = '\u0001';

function relativeTo(root: string, message: string): string {
  const roots = new Set([root, realpathSync.native(root)]);
  return [...roots].reduce((text, each) => text.replaceAll(`${each}/`, ROOT).replaceAll(each, ROOT), message.replaceAll(ROOT, ' '));
}

/** Cuts out what is quoted whole: the configuration of a transformer, and all that follows words which announce a patch, a literal or a node. */
const withoutContent = (message: string): string =>
  message
    .replaceAll(/`[^`]*\n[^`]*`/g, '…')
    .replace(/\b(patch from|literal sources?|node contents:|value: \{|with config:\s*`)[\s\S]*/, '$1 …');

const PIECES =
  /(?<id>[A-Z]\w*\.(?:v\d\w*|\[noVer\])\.(?:[\w.-]+|\[noGrp\])\/(?:[\w.-]+|\[noName\])\.(?:[\w-]+|\[noNs\])(?![\w./-]))|(?<url>[a-z][a-z+]*:\/\/[^\s'"`]+)|(?<word>[^\s'"`,;:(){}<>[\]=]+)|(?<space>\s+)|(?<mark>['"`,;:()=])|(?<other>.)/gsu;

type Groups = Readonly<Record<string, string | undefined>>;

function isHarmless(text: string, { word, other }: Groups, previous: string, place: BuildPlace): boolean {
  if (word === undefined) return other === undefined;
  if (text.startsWith(ROOT)) return /^[\w./@+-]*$/.test(text.slice(1));
  if (VOCABULARY.has(text.toLowerCase()) || /^[A-Z]\w+(?:Transformer|Generator|Error)$/.test(text)) return true;
  if (/^\d+$/.test(text)) return COUNTED.has(previous);
  if (previous === 'field' || previous === 'fieldPath') return /^[A-Za-z][\w.*/-]*$/.test(text);
  return isPath(text, place);
}

/** Words before a number that is no value. */
const COUNTED: ReadonlySet<string> = new Set(['line', 'column', 'code', 'index']);

const isPath = (text: string, { root, directory }: BuildPlace): boolean =>
  /^[\w./@+-]+$/.test(text) && (/\.(?:ya?ml|json)$/.test(text) || existsSync(resolve(root, directory, text)));

function previousWord(words: readonly RegExpMatchArray[], index: number): string {
  const previous = words.slice(Math.max(0, index - 3), index).findLast(({ groups }) => groups?.['word'] !== undefined);
  return previous?.[0] ?? '';
}

/** Of a URL only the host: user, path and query may hold a token. */
function show(text: string, { url, space }: Groups): string {
  if (space !== undefined) return ' ';
  if (url !== undefined) return URL.canParse(url) ? `${url.split(':')[0]}://${new URL(url).host}/…` : '…';
  return text === ROOT ? '.' : text.replace(ROOT, '');
}

/** One mark for each stretch that was left out, its punctuation included. */
const tidy = (text: string): string =>
  text
    .replaceAll(/…(?:[\s'"`,;:()=.]*…)+/g, '…')
    .replaceAll(/…[=,;()]+/g, '…')
    .trim();

const MAX_LENGTH = 500;

/** Errors are wrapped from the outside, the cause stands at the end. */
const shorten = (text: string): string => (/\w/.test(text) ? (text.length <= MAX_LENGTH ? text : `…${text.slice(-MAX_LENGTH)}`) : '');

/** Words of kustomize's own messages, 4.5 to 5.8, of its YAML and JSON readers, and of the system. */
const VOCABULARY: ReadonlySet<string> = new Set(
  `
    $path --enable-helm a absolute accumulating accumulation add adding alias aliases allowed already ambiguous an anchor and annotation annotations
    any apiVersion appears are argument array as at bad base be because before behavior below block bool both build building builtin but by bytes
    can candidate cannot character chart charts checksum code collect collection column commonAnnotations commonLabels component components config
    configMap configMapGenerator configuration configurations configured configuring conflict conflicting connect connection contain contains
    contents context convert converting could couldn crds create creating cycle data decode decoding defined definition delete delimiter denied
    deprecated detected dial did didn different directory disabled disambiguate doc document does doesn duplicate duplicated element elements
    empty enable encountered end entry env envs err error errors evalsymlink exceeds exec executable exist exists expected expecting external fail
    failed failing failure few field fieldPath fieldSpec fieldSpecs fields file files find for found from function functions generator
    generators get git given go got group gvk has have helm helmCharts http https id identifier illegal illegally images in indentation index
    inflate input int integer interface into invalid is it items json json6902 key keys kind kustomization kustomization.yaml
    kustomization.yml kustomizations kustomize kv label labels large left line links list literal load loaded loading local long lookup loop lstat
    malformed many map mapping mappingnode match matched matches matching may merge merging metadata missing more multiple must name namePrefix
    nameSuffix names namespace network new no node nodes non not nothing null number object of on one only open openapi operation operator option
    options or out pairs parse parsing patch patches patchesJson6902 patchesStrategicMerge path permission plugin plugins prefix produce program
    proxyconnect read recursed reference referenced refers refused register registered reject relative remote remove repeats replace replacement
    replacements replicas repo required resmap resolve resource resources root run scalar scalarnode schema secret secretGenerator security see
    seems select selected selector sequence sequencenode set should since size sm so some sort sortOptions source sources specified specify start
    stat status strategic stream string strings struct structure such suffix supported sure symlink syntax tab tag t target targets tcp template
    test that the there this tls to token too transform transformation transformer transformers trouble trying type types types.Kustomization unable
    unclosed unexpected unique unknown unmarshal unmarshaling unmarshalling unmatched unsupported unterminated uri updating url use used valid validator
    validators value values var variable vars version visited was were when while with without wrong yaml`
    .trim()
    .split(/\s+/)
    .map((word) => word.toLowerCase()),
);
