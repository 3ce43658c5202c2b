import type { ReportedRule } from './rule.ts';

export const oldNameLeft: ReportedRule = {
  id: 'old-name-left',
  level: 'note',
  left: 'file',
  summary: 'Scripts, code, documentation, settings or texts in manifests go on naming the old kind.',
  remedy: 'Change them by hand along docs/fields.md, and give `--fail-on-left` to a run that is to see to it that none comes back.',
  explanation:
    'Whatever asks for `clusterinstallations`, makes a manifest of `mattermost.com/v1alpha1` or selects by `v1alpha1.mattermost.com/...` finds nothing once all is converted, and with operator 2.0.0 fails. ' +
    'Every file that git tracks below the given paths is searched for `ClusterInstallation`, `clusterinstallation(s)`, `mattermost.com/v1alpha1` and `v1alpha1.mattermost.com`, whatever its name: ' +
    'scripts, Makefiles, workflows, documentation, Terraform, templates, code, the values of charts, texts in ConfigMaps, comments in manifests. Outside git every file is, but those that `.gitignore` names. ' +
    'There is one finding for each kind of file in a folder; it names the first lines, and `--verbose` lists all.\n\n' +
    'What another finding tells of is not told again: an installation that is blocked, a reference, what can not be read. Nor are names of files such as `clusterinstallation.yaml`. Binary files are left out, ' +
    'and of files over 16 MB only these are searched; `--verbose` names both. What comes from elsewhere has a rule of its own, `old-name-vendored`. ' +
    'A comment `ci2mm: ignore[old-name-left] reason` in the notation of the file suppresses its line, or the next where it has a line to itself; at the head of a file it suppresses the whole.',
  before: `apiVersion: v1
kind: ConfigMap
metadata:
  name: backup
data:
  backup.sh: |
    kubectl get clusterinstallations --output yaml
`,
  after: `apiVersion: v1
kind: ConfigMap
metadata:
  name: backup
data:
  backup.sh: |
    kubectl get mattermosts.installation.mattermost.com --output yaml
`,
  example: 'manifest',
};
