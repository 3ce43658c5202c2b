/** What a file is to somebody who has to change it. */
export interface FileKind {
  /** `shell script`, and several of them. */
  readonly one: string;
  readonly many: string;
  readonly remedy: string;
}

const COMMANDS =
  'Ask for mattermosts.installation.mattermost.com in place of clusterinstallations, or for both until no ClusterInstallation is left; docs/fields.md says where each field goes.';
const CODE =
  'Change what it makes or asks for along docs/fields.md. Where it makes a manifest, ci2mm convert - shows what that has to become.';
const TEMPLATE = 'Rewrite it along docs/fields.md, or render it and convert the output (ci2mm convert -).';
const PROSE = 'Say Mattermost where the new kind is meant, once the conversion is rolled out.';
const SETTINGS =
  'Change comments, texts and settings that mean the new kind; take names that stand beside new ones away when no ClusterInstallation is left.';

const kind = (one: string, remedy: string, many = `${one}s`): FileKind => ({ one, many, remedy });

/** By path, the first that fits. */
const KINDS: readonly (readonly [RegExp, FileKind])[] = [
  [
    /(?:^|\/)(?:\.github|\.gitea|\.forgejo|\.circleci|\.buildkite|\.woodpecker|\.tekton)\/|(?:^|\/)(?:\.gitlab-ci|\.drone|\.travis|\.woodpecker|\.pre-commit-config|azure-pipelines|bitbucket-pipelines|cloudbuild|action)[\w.-]*\.ya?ml$|(?:^|\/)(?:Jenkinsfile|CODEOWNERS)[\w.-]*$/,
    kind('file of a CI system', COMMANDS, 'files of CI systems'),
  ],
  [/(?:^|\/)(?:GNU)?[Mm]akefile[\w.-]*$|\.mk$/, kind('Makefile', COMMANDS)],
  [
    /(?:^|\/)(?:Dockerfile|Containerfile|Justfile|justfile|Tiltfile|Earthfile|Taskfile|Rakefile)[\w.-]*$|\.(?:just|dockerfile)$/,
    kind('build file', COMMANDS),
  ],
  [/\.(?:sh|bash|zsh|ksh|fish|ps1|psm1|bat|cmd|awk|sed|jq|yq)$/i, kind('script', COMMANDS)],
  [/\.(?:md|markdown|mdx|adoc|asciidoc|rst|txt|org|html?)$/i, kind('page of documentation', PROSE, 'pages of documentation')],
  [/\.(?:tf|tfvars|tofu|hcl)(?:\.json)?$/i, kind('Terraform file', CODE)],
  [/\.(?:j2|jinja2?|tpl|tmpl|gotmpl|erb|mustache|hbs|ejs)$/i, kind('template', TEMPLATE)],
  [/\.(?:rego|sentinel)$/i, kind('policy', CODE, 'policies')],
  [/\.(?:jsonnet|libsonnet)$/i, kind('Jsonnet file', CODE)],
  [/\.cue$/i, kind('CUE file', CODE)],
  [/\.nix$/i, kind('Nix file', CODE)],
  [/\.dhall$/i, kind('Dhall file', CODE)],
  [/\.(?:k|pkl|star|bzl|bazel)$/i, kind('file of configuration code', CODE, 'files of configuration code')],
  [
    /\.(?:[cm]?[jt]sx?|go|py|rb|java|kts?|groovy|scala|cs|fs|rs|php|swift|dart|exs?|lua|pl|r|cc?|cpp|hh?|hpp|vue|svelte)$/i,
    kind('source file', CODE),
  ],
  [/\.(?:toml|ini|cfg|conf|config|properties|env|xml)$|(?:^|\/)\.env[\w.-]*$/i, kind('settings file', SETTINGS)],
  [/(?:^|\/)(?:roles|playbooks|group_vars|host_vars|inventory)\/.*\.ya?ml$/i, kind('Ansible file', TEMPLATE)],
  [/(?:^|\/)templates\/.*\.(?:ya?ml|json)$/i, kind('template', TEMPLATE)],
  [/(?:^|[./_-])values[\w.-]*\.ya?ml$|(?:^|\/)values\/.*\.ya?ml$/i, kind('file of Helm values', CODE, 'files of Helm values')],
];

const MANIFEST = kind('manifest', SETTINGS);
const SCRIPT = kind('script', COMMANDS);
const OTHER = kind('file of another kind', CODE, 'files of other kinds');

/** Goes by the name, and where that says nothing by what it was read as, or the first two characters of a script. */
export const fileKindOf = (file: string, text: string, isManifest: boolean): FileKind =>
  KINDS.find(([pattern]) => pattern.test(file))?.[1] ?? (isManifest ? MANIFEST : text.startsWith('#!') ? SCRIPT : OTHER);

/** Folders of what others wrote, lock files, and schemas of the kind by the name that catalogues give them. */
const VENDORED =
  /(?:^|\/)(?:vendor|third[_-]party|\.terraform|charts\/mattermost-operator)\/|(?:^|\/)(?:go\.sum|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|[\w.-]+\.lock(?:\.(?:json|hcl|ya?ml))?)$|clusterinstallation_v1alpha1\.json$/i;

export const isVendored = (file: string): boolean => VENDORED.test(file);

const KIND_LINE = /(?:^|[\n{,])[ \t]*(?:- +)?["']?kind["']?[ \t]*:[ \t]*["']?(\w+)/g;
const OF_OPERATOR = /^(?:Cluster)?Role$|^(?:Cluster)?RoleBinding$|^Deployment$|^ClusterServiceVersion$/;

/** Whether a document is a definition of a kind, or belongs to the operator's own manifests: both come with the operator. */
export function comesWithOperator(document: string): boolean {
  const kinds = [...document.matchAll(KIND_LINE)].map(([, name = '']) => name);
  if (kinds.includes('CustomResourceDefinition')) return true;
  return kinds.some((name) => OF_OPERATOR.test(name)) && /name["']?[ \t]*:[ \t]*["']?mattermost-operator/.test(document);
}
