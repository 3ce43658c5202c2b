/** Manifests to begin with: one installation that is converted, and one that is not. */
export const EXAMPLE = `# Chat of the platform team
apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
  namespace: mattermost
spec:
  ingressName: chat.example.com
  useIngressTLS: true
  image: mattermost/mattermost-enterprise-edition
  version: "9.11.2"
  replicas: 2 # two nodes
  mattermostLicenseSecret: mattermost-license
  database:
    type: mysql
    storageSize: 50Gi
  minio:
    storageSize: 100Gi
---
apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: trial
  namespace: mattermost
spec:
  ingressName: trial.example.com
  blueGreen:
    enable: true
    productionDeployment: blue
`;
