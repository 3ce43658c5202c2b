/** An installation that converts with nothing but warnings; more lines of its spec may be given, already indented. */
export const installation = (name = 'chat', spec = ''): string => `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: ${name}
spec:
  ingressName: ${name}.example.com
  replicas: 2
  mattermostLicenseSecret: license
  resources:
    requests: {cpu: 1}
${spec}`;

/** An installation that is blocked. */
export const blocked = (name = 'blue'): string => installation(name, '  blueGreen:\n    enable: true\n');

export const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  key: value\n`;
