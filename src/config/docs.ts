import { rules } from '../rules/index.ts';
import { fileSchema, functionSchema } from './schema.ts';
import type { ConfigSchema } from './schema.ts';

/** docs/configuration.md: what a configuration may say, from the schemas that check one. */
export const renderConfiguration = (): string => `<!-- Written by scripts/docs.js from src/config/schema.ts. Do not edit. -->

# Configuration

${fileSchema.description ?? ''}
\`--config FILE\` takes another file, \`--no-config\` none; \`ci2mm init\` writes a first one from what it finds. Editors complete and check it with the schema in the package:

\`\`\`yaml
# yaml-language-server: $schema=./node_modules/ci2mm/schema/config.schema.json
target: "1.25"
engine: argo-cd
databases:
  prod/chat: external
rules:
  direct-swap: note
ignore:
  - vendor/**
\`\`\`

| key | meaning | values |
| --- | --- | --- |
${table(fileSchema)}

An unknown key, rule or value is an error (exit code 2) with its line and, where one is near, what was probably meant.

## Rules

A rule of level error blocks the installation; one that is off says nothing. These guard what ci2mm can't work without and stay errors:
${rules
  .filter(({ fixed }) => fixed === true)
  .map(({ id }) => `\`${id}\``)
  .join(', ')}.

## Comments

\`\`\`yaml
spec:
  blueGreen: # ci2mm: ignore[disabled-feature-dropped] we know
    enable: false
\`\`\`

\`# ci2mm: ignore[RULE, ...] REASON\` on the line of a finding, or alone on the line above, suppresses it. The rules that stay errors can't be
suppressed. A comment that suppresses nothing is reported (\`unused-ignore\`), and so is one that can't be read (\`invalid-ignore\`).

## The KRM function

\`ci2mm krm\` takes its configuration from \`spec\` of the functionConfig: the keys above, without
${keysOf(fileSchema, functionSchema)}, and

| key | meaning | values |
| --- | --- | --- |
${table({ properties: only(functionSchema, fileSchema) })}
`;

/** The properties of a schema that another does not have. */
const only = ({ properties = {} }: ConfigSchema, other: ConfigSchema): Record<string, ConfigSchema> =>
  Object.fromEntries(Object.entries(properties).filter(([key]) => !(key in (other.properties ?? {}))));

const keysOf = (schema: ConfigSchema, other: ConfigSchema): string =>
  Object.keys(only(schema, other))
    .map((key) => `\`${key}\``)
    .join(' and ');

const table = ({ properties = {} }: ConfigSchema): string => Object.entries(properties).map(row).join('\n');

const row = ([key, schema]: [string, ConfigSchema]): string =>
  `| \`${key}\` | ${cell(schema.description ?? '')} | ${cell(valuesOf(key, schema))} |`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

function valuesOf(key: string, schema: ConfigSchema): string {
  if (key === 'rules') return 'rule: `error`, `warning`, `note` or `off`';
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  const [example] = schema.examples ?? [];
  return example === undefined ? '' : `such as \`${JSON.stringify(example)}\``;
}
