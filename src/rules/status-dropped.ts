import { installation } from './examples.ts';
import type { InstallationRule } from './rule.ts';

export const statusDropped: InstallationRule = {
  id: 'status-dropped',
  level: 'note',
  summary: 'The manifest carries a status, which is dropped.',
  remedy: 'Nothing has to be done.',
  explanation:
    'The status belongs to the operator, which writes a new one for the Mattermost. The API server ignores what a manifest says, as both kinds ' +
    'have the status subresource (CRDs of operator v1.12.0 to v1.25.9). Manifests taken with `kubectl get -o yaml` carry it.',
  before: installation(`
  ingressName: chat.example.com
status:
  state: stable
`),
  after: installation(`
  ingressName: chat.example.com
`),
  example: 'manifest',
  check: ({ installation }) =>
    installation.value.has('status') ? [{ path: ['status'], message: 'The status is dropped: the operator writes a new one.' }] : [],
};
