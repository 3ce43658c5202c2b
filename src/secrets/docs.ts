import { CONNECTION_STRING, OPERATOR_MANAGED_KEYS } from './keys.ts';
import { secretReaders } from './readers.ts';
import type { Bears, SecretReader } from './source.ts';

/** docs/secrets.md: the sources of Secrets as a table. */
export const renderSecrets = (): string => `<!-- Written by scripts/docs.js from src/secrets. Do not edit. -->

# Secrets

Where \`spec.database.secret\` goes depends on the keys of the Secret it names: with \`${CONNECTION_STRING}\` the database is external, with
${OPERATOR_MANAGED_KEYS.map((key) => `\`${key}\``).join(', ')}, none of them empty, it is operator managed, and with neither the operator refuses to
convert. ci2mm looks the keys up in the repository, in all of the resources below. Of a value it asks whether it is visibly empty, and keeps none.

| Resource | Makes | Keys | There may be others | Printed |
| --- | --- | --- | --- | --- |
${secretReaders.map(row).join('\n')}

**There may be others:** then a key that is found counts, and none is said to be missing. Where that leaves the answer open, the installation is
blocked by \`database-secret-unresolved\` until \`--database NAME=external\` (or \`operator-managed\`), or \`databases\` in the configuration, gives it.

**Printed:** whether lines of such a resource may stand in a diff or beside a finding. Of what has room for a value, in the clear or encrypted, no
line is printed, not even as context, and no other resource of the same API group; nor is any other resource that has a Secret somewhere in it, or
a value that SOPS has encrypted. In a diff such lines are left out; a change that could not be shown without them is not made.

**Several sources of one Secret** are united where they add to each other, as patches and generators with \`behavior: merge\` do, or as several
controllers that fill one Secret. Where the Secret may be made in several ways, in overlays or clusters, all of them must give the same answer.
A Secret in another namespace than the installation's is another Secret; a namespace that is not given, or is filled in later, may be any.

**Copies:** annotations of reflector (\`reflector.v1.k8s.emberstack.com/\`) and of the mittwald replicator (\`replicator.v1.mittwald.de/\`) are
followed from the copy to the original, and from the original to the namespaces it is copied to by name.

**No source** are charts, Terraform, \`kubectl create secret\` and whatever else is not in the repository as a manifest, names with variables in them,
and PushSecrets, which go the other way.
`;

const PRINTED: Record<Bears, string> = { values: 'never', literals: 'unless it has `literals`', nothing: 'yes' };

const row = ({ resources, bears, makes, keys, open }: SecretReader): string =>
  `| ${namesOf(resources)} | ${makes} | ${keys} | ${open ?? 'no'} | ${PRINTED[bears]} |`;

const namesOf = ({ group, kinds }: SecretReader['resources']): string =>
  `${kinds.map((kind) => `\`${kind}\``).join(', ')} (\`${group === '' ? 'v1' : group}\`)`;
