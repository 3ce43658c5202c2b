/** The Deployment of the operator, by its tag. */
export const operator = (tag: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: mattermost-operator
spec:
  template:
    spec:
      containers:
      - name: mattermost-operator
        image: mattermost/mattermost-operator:${tag}
`;
