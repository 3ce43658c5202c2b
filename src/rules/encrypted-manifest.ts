import { installation } from './examples.ts';
import type { ReportedRule } from './rule.ts';

export const encryptedManifest: ReportedRule = {
  id: 'encrypted-manifest',
  level: 'error',
  fixed: true,
  summary: 'A ClusterInstallation is encrypted with SOPS.',
  remedy:
    'Decrypt it (sops decrypt), convert it and encrypt it again; better, keep what is secret in a Secret and the ClusterInstallation in clear text.',
  explanation:
    'SOPS encrypts each value together with the path of its field, so a value that moves to another field can no longer be decrypted; and its checksum ' +
    'covers the clear values too, so even a changed `kind` breaks it. ClusterInstallation has no field that must hold a secret: passwords belong ' +
    'into the Secrets it names, and `mattermostEnv` can refer to one with `valueFrom.secretKeyRef` (operator v1.12.0 to v1.25.9).',
  before: installation(`
  ingressName: chat.example.com
  elasticSearch:
    host: https://search.example.com
    password: ENC[AES256_GCM,data:...,iv:...,tag:...,type:str]
sops:
  encrypted_regex: ^password$
  mac: ENC[AES256_GCM,data:...,iv:...,tag:...,type:str]
  version: 3.9.0
`),
  after: installation(`
  ingressName: chat.example.com
  mattermostEnv:
    - name: MM_ELASTICSEARCHSETTINGS_PASSWORD
      valueFrom:
        secretKeyRef:
          name: search-credentials
          key: password
`),
  example: 'manifest',
};
