import type { Path, Scalar, Value } from '../model/value.ts';
import { formatPath, isList, isMap, valueAt } from '../model/value.ts';
import { installation } from './examples.ts';
import type { Hit, InstallationRule, InstallationSubject } from './rule.ts';

export const booleanSpelling: InstallationRule = {
  id: 'boolean-spelling',
  level: 'note',
  summary: 'A boolean is spelt in a way that kubectl and kustomize read differently.',
  remedy: 'Write true or false.',
  explanation:
    '`kubectl apply` and the API server read the unquoted words `yes`, `y`, `on`, `no`, `n` and `off` as booleans (sigs.k8s.io/yaml). kustomize, and ' +
    'with it Flux, takes them for strings and writes them in quotes: a build of `useIngressTLS: yes` has `useIngressTLS: "yes"` (kustomize 4.5.4 and ' +
    '5.5.0), which the API server rejects. The conversion decides as kubectl does, and leaves the word as it is.',
  before: installation(`
  ingressName: chat.example.com
  useIngressTLS: yes
`),
  after: installation(`
  ingressName: chat.example.com
  useIngressTLS: true
`),
  example: 'manifest',
  check(subject) {
    const words = new WordFinder();
    words.visit(valueAt(subject.installation.value, ['spec']), ['spec']);
    return words.hits.filter(({ path }) => !isWrongType(subject, path));
  },
};

/** Looks at each value once, however often aliases repeat it. */
class WordFinder {
  readonly hits: Hit[] = [];
  readonly #seen = new Set<Value>();

  visit(value: Value | undefined, path: Path): void {
    if (value === undefined || this.#seen.has(value)) return;
    this.#seen.add(value);
    if (isMap(value)) for (const [key, child] of value) this.visit(child, [...path, key]);
    else if (isList(value)) value.forEach((child, index) => this.visit(child, [...path, index]));
    else if (isOtherWord(value)) this.hits.push(hit(value, path));
  }
}

const isOtherWord = ({ value, text, plain, tag }: Scalar): boolean =>
  typeof value === 'boolean' && plain && tag === null && !/^(?:true|True|TRUE|false|False|FALSE)$/.test(text);

const hit = ({ text, value }: Scalar, path: Path): Hit => ({
  path,
  message: `${formatPath(path)} is written ${text}: kubectl reads it as ${String(value)}, kustomize as a string, which the API server rejects.`,
  remedy: `Write ${String(value)}.`,
});

/** Where text is wanted, invalid-installation says so. */
const isWrongType = ({ problems }: InstallationSubject, path: Path): boolean =>
  problems.some((problem) => problem.code === 'wrong-type' && formatPath(problem.path) === formatPath(path));
