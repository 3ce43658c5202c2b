import { installation } from './examples.ts';
import type { ReportedRule } from './rule.ts';

export const unparsableManifest: ReportedRule = {
  id: 'unparsable-manifest',
  level: 'error',
  fixed: true,
  summary: 'A file that mentions ClusterInstallation cannot be read.',
  remedy: 'Correct the YAML or JSON where the message points. kubectl apply --dry-run=client -f FILE shows what kubectl makes of it.',
  explanation:
    'A document with errors is never edited, and what cannot be read is never taken for clean: it may hold an installation. Some of these files are ' +
    'accepted by a more lenient reader: duplicate keys, of which the last one counts, a `#` right behind a closing quote, or brackets that are ' +
    'indented less than their key. To kubectl with strict validation, and to kustomize, duplicate keys are errors as well. The operator of any ' +
    'release sees only what the API server accepted.\n\n' +
    "Other files are YAML, and all the same nothing that kubectl can read (apimachinery's splitting of streams, and `sigs.k8s.io/yaml` with its " +
    'go-yaml v2): `.inf` and `.nan`; a tag that does not fit its value, as in `!!int x`; null as a key, or `<<` in quotes; `?` in a value in braces; ' +
    '`\\/` in double quotes, but for JSON; a tab where a line starts; a `%` directive; anything but a comment on the line of a `---`. What stands ' +
    'between a line `...` and the next `---` kubectl passes over without a word. JSON objects may follow one another without `---`, but then ' +
    'nothing else may.',
  before: installation(`
  ingressName: chat.example.com
  size: 1000users
  size: 5000users
`),
  after: installation(`
  ingressName: chat.example.com
  size: 5000users
`),
  example: 'manifest',
};
