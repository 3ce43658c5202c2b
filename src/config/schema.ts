import { releases } from '../operator/releases.ts';
import { rules } from '../rules/index.ts';

/** The part of JSON Schema (draft-07) that describes a configuration: what `check.ts` understands, and editors too. */
export interface ConfigSchema {
  readonly $schema?: string;
  readonly $comment?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: ConfigType | readonly ConfigType[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  /** Editors and ci2mm say this in place of what a failed `pattern` or `enum` would make them say. */
  readonly errorMessage?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, ConfigSchema>>;
  readonly propertyNames?: ConfigSchema;
  readonly additionalProperties?: false | ConfigSchema;
  readonly items?: ConfigSchema;
}

export type ConfigType = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

const known = `${releases[0]?.version ?? ''} to ${releases.at(-1)?.version ?? ''}`;

const kind: ConfigSchema = { type: 'string', enum: ['external', 'operator-managed'] };

const database: ConfigSchema = {
  ...kind,
  description: 'external: the Secret holds DB_CONNECTION_STRING. operator-managed: it holds ROOT_PASSWORD, USER, PASSWORD and DATABASE.',
};

/** What a run over files and a function over a ResourceList have in common. */
const shared: Readonly<Record<string, ConfigSchema>> = {
  target: {
    description: `Operator release whose schema the result must fit, ${known}. Default: the newest 1.x.`,
    type: ['string', 'number'],
    pattern: '^v?\\d+\\.\\d+(\\.\\d+)?$',
    errorMessage: 'must be a release such as "1.25" or "1.25.9"',
    examples: ['1.25'],
  },
  ingress: {
    description:
      "keep: the old ingress fields stay, as in the operator's own conversion. modern: they become spec.ingress (operator 1.16 and later). Default: keep.",
    type: 'string',
    enum: ['keep', 'modern'],
  },
  engine: {
    description: 'What brings the manifests into the cluster; messages then name its own annotations.',
    type: 'string',
    enum: ['argo-cd', 'flux', 'both', 'other'],
  },
  databases: {
    description:
      'What the database Secret of an installation holds, where the manifests do not tell: by NAMESPACE/NAME or NAME of the installation.',
    type: ['object', 'null'],
    propertyNames: { pattern: '^([^/=\\s]+/)?[^/=\\s]+$', errorMessage: 'must be NAME or NAMESPACE/NAME of an installation' },
    additionalProperties: database,
    examples: [{ 'prod/chat': 'external' }],
  },
  assumeDatabase: {
    ...kind,
    description: 'For every database Secret that neither the manifests nor databases explain. Default: such an installation is blocked.',
  },
  fileStores: {
    description:
      'Whether spec.minio.externalURL of an installation turns out empty, where a variable stands there: by NAMESPACE/NAME or NAME of the installation.',
    type: ['object', 'null'],
    propertyNames: { pattern: '^([^/=\\s]+/)?[^/=\\s]+$', errorMessage: 'must be NAME or NAMESPACE/NAME of an installation' },
    additionalProperties: {
      ...kind,
      description: 'external: it is not empty. operator-managed: it is, and the operator runs the file store itself.',
    },
    examples: [{ 'prod/chat': 'external' }],
  },
  rules: {
    description: 'Levels of rules. An error blocks the installation; off drops the findings of the rule.',
    type: ['object', 'null'],
    properties: Object.fromEntries(
      rules.map(({ id, summary, level, fixed }) => [id, fixed === true ? fixedRule(summary) : adjustableRule(summary, level)]),
    ),
    additionalProperties: false,
  },
};

function adjustableRule(summary: string, level: string): ConfigSchema {
  return { description: `${summary} Default: ${level}.`, type: 'string', enum: ['error', 'warning', 'note', 'off'] };
}

function fixedRule(summary: string): ConfigSchema {
  const errorMessage = 'can only be error: it guards what ci2mm cannot work without; remove the line, and correct what the rule finds';
  return { description: `${summary} Always an error.`, type: 'string', enum: ['error'], errorMessage };
}

/** `.ci2mm.yaml`. */
export const fileSchema: ConfigSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $comment: 'Written by scripts/docs.js from src/config/schema.ts. Do not edit.',
  title: 'ci2mm configuration',
  description:
    'What decides a conversion besides the manifests: .ci2mm.yaml, .ci2mm.yml or .ci2mm.json at the top of the repository. Flags win over it.',
  type: 'object',
  properties: {
    $schema: { description: 'Where editors find this schema; ci2mm does not read it.', type: 'string' },
    ...shared,
    ignore: {
      description:
        'Globs of paths that are not scanned, relative to the top of the repository: * and ? stay within a name, ** goes across folders, a folder stands for all below it.',
      type: ['array', 'null'],
      items: {
        type: 'string',
        minLength: 1,
        pattern: '^(?!!)',
        errorMessage: 'must be a glob without ! in front; it can only leave files out',
      },
      examples: [['vendor/**', 'clusters/*/legacy']],
    },
  },
  additionalProperties: false,
};

/** `spec` of the functionConfig of `ci2mm krm`. */
export const functionSchema: ConfigSchema = {
  type: 'object',
  properties: {
    ...shared,
    onBlocked: {
      description:
        'fail: an installation that is blocked fails the function. warn: it stays as it is, and the others are converted. Default: fail.',
      type: 'string',
      enum: ['fail', 'warn'],
    },
  },
  additionalProperties: false,
};

/** schema/config.schema.json. */
export const renderConfigSchema = (): string => `${JSON.stringify(fileSchema, null, 2)}\n`;
