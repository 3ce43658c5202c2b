import { DROPPED_METADATA, FIELDS, NEW, OLD } from './fields.ts';
import type { DroppedMetadata, FieldMove } from './fields.ts';

/** docs/fields.md: the field map as a table. */
export const renderFields = (): string => `<!-- Written by scripts/docs.js from src/operator/fields.ts. Do not edit. -->

# Fields

Where each field of \`${OLD.kind}\` (\`${OLD.apiVersion}\`) goes in \`${NEW.kind}\` (\`${NEW.apiVersion}\`). It is the operator's own conversion
(\`ConvertToMM\`, the same in every release from v1.12.0 to v1.25.9; \`database.version\` exists since v1.21.0). \`metadata\` stays but for what
the last table lists; \`status\` is never written. A field that is not listed is unknown to the operator, as is one that came later than the target
release: the API server prunes it, and it is dropped with a warning.

| ClusterInstallation | Mattermost | when | note |
| --- | --- | --- | --- |
${FIELDS.map(row).join('\n')}

**External file store:** \`spec.minio.externalURL\` is a non-empty string. Otherwise the file store is operator managed.

**External database:** the Secret that \`spec.database.secret\` names holds the key \`DB_CONNECTION_STRING\`. **Operator-managed database:** no
Secret is named, or it holds non-empty \`ROOT_PASSWORD\`, \`USER\`, \`PASSWORD\` and \`DATABASE\`. With neither the operator refuses to convert.

A field whose condition does not hold is dropped.

## Metadata that is dropped

Exported manifests carry it. A null says nothing, and stays.

| field | why |
| --- | --- |
${DROPPED_METADATA.map(metadataRow).join('\n')}
`;

const row = ({ from, to, when, note }: FieldMove): string =>
  `| \`${from.join('.')}\` | ${to === null ? 'none' : `\`${to.join('.')}\``} | ${when} | ${note} |`;

const metadataRow = ({ path, holding, reason }: DroppedMetadata): string =>
  `| \`${path.join(' ')}\`${holding === undefined ? '' : ` that holds \`${holding}\``} | ${reason} |`;
