/** A ResourceList of some items, each a manifest. */
export function resourceList(items: readonly string[], more = '', version = 'v1'): string {
  const indented = items.map((item) =>
    item
      .trimEnd()
      .replaceAll(/^(?=.)/gm, '  ')
      .replace(/^ {2}/, '- '),
  );
  return `apiVersion: config.kubernetes.io/${version}\nkind: ResourceList\nitems:\n${indented.join('\n')}\n${more}`;
}

/** An installation as an orchestrator hands it over. */
export const installation = (name: string, spec = '', file = `${name}.yaml`): string => `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: ${name} # the name
  namespace: prod
  annotations:
    config.kubernetes.io/index: '0'
    config.kubernetes.io/path: '${file}'
    internal.config.kubernetes.io/index: '0'
    internal.config.kubernetes.io/path: '${file}'
    internal.config.kubernetes.io/seqindent: 'compact'
    config.k8s.io/id: '1'
spec:
  ingressName: ${name}.example.com # the public name
  replicas: 2
  mattermostLicenseSecret: license
${spec}`;

export const blocked = (name: string, file?: string): string => installation(name, '  blueGreen:\n    enable: true\n', file);

export const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other # kept\ndata:\n  date: 2020-01-01\n  yes: on\n';

/** An installation as `installation` writes it, converted. */
export const converted = (text: string): string =>
  text
    .replaceAll('mattermost.com/v1alpha1\n', 'installation.mattermost.com/v1beta1\n')
    .replaceAll('kind: ClusterInstallation\n', 'kind: Mattermost\n')
    .replaceAll('mattermostLicenseSecret:', 'licenseSecret:');

export const functionConfig = (spec: string): string =>
  `functionConfig:\n  apiVersion: ci2mm.dev/v1alpha1\n  kind: Convert\n  metadata:\n    name: ci2mm\n  spec:\n${spec}`;
