// What the examples of rules are put together from, so that each shows what matters and nothing else.

/** A ClusterInstallation called chat, its spec as it stands in the manifest: indented, on lines of its own. */
export const installation = (spec: string): string => `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
spec:${spec}`;

/** The same of a Mattermost. */
export const mattermost = (spec: string): string => `apiVersion: installation.mattermost.com/v1beta1
kind: Mattermost
metadata:
  name: chat
spec:${spec}`;

/** The Secret of its database, with these lines of `stringData`. */
export const secret = (stringData: string, name = 'chat-database'): string => `apiVersion: v1
kind: Secret
metadata:
  name: ${name}
stringData:${stringData}`;

/** An installation with nothing in it that matters. */
export const plainInstallation = installation(`
  ingressName: chat.example.com
`);

/** An installation with blue in production, with or without BlueGreen, and with other lines of its spec. */
export const withBlueGreen = (isOn: boolean, lines = ''): string =>
  installation(`
  ingressName: chat.example.com
${lines}  blueGreen:
    enable: ${isOn}
    productionDeployment: blue
    blue:
      image: mattermost/mattermost-enterprise-edition
      version: 9.11.3
    green:
      image: mattermost/mattermost-enterprise-edition
      version: 9.11.1
`);

/** Documents of one stream, or files beside each other. */
export const documents = (...texts: readonly string[]): string => texts.join('---\n');
