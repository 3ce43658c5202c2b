import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ioError } from '../repo/error.ts';
import type { SchemaNode } from '../operator/schemas.ts';
import type { GateFile } from '../stages/gate-file.ts';
import { UsageError } from './usage-error.ts';

/** Reads what the script of `plan` wrote. Throws UsageError for what is no gate file. */
export async function readGateFiles(files: readonly string[], cwd: string): Promise<GateFile[]> {
  if (files.length === 0) return [];
  const { compileSchema } = await import('../operator/compile.ts');
  const isGateFile = compileSchema(SCHEMA);
  return Promise.all(
    files.map(async (file) => {
      const value = parsed(await textOf(file, cwd), file);
      if (isGateFile(value)) return { ...(value as Omit<GateFile, 'file'>), file };
      const at = isGateFile.errors?.[0]?.instancePath ?? '';
      throw new UsageError(
        `${file} is not what sh gate.sh record writes${at === '' ? '' : ` (at ${at})`}; run the script of ci2mm plan --format script again`,
      );
    }),
  );
}

async function textOf(file: string, cwd: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8');
  } catch (error) {
    throw ioError('read', file, error);
  }
}

/** What a parser says of JSON may quote it. */
function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is no JSON, so no gate file; run the script of ci2mm plan --format script again`);
  }
}

const TEXT: SchemaNode = { type: 'string', pattern: '^[^\\s"]+$' };
const UID: SchemaNode = { type: 'string', pattern: '^[0-9a-f]{8}-[0-9a-f-]{27}$' };

const mapOf = (properties: Readonly<Record<string, SchemaNode>>): SchemaNode => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
  additionalProperties: false,
});

/** What the script writes, and nothing else. */
const SCHEMA: SchemaNode = mapOf({
  schemaVersion: { enum: [1] },
  time: { type: 'string', pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$` },
  context: { type: 'string' },
  cluster: { type: 'string' },
  installations: {
    type: 'array',
    items: mapOf({
      namespace: TEXT,
      name: TEXT,
      root: TEXT,
      uid: UID,
      protection: { type: 'array', items: { enum: ['argo-cd', 'flux'] } },
      rootPassword: { enum: ['freed', 'none'] },
    }),
  },
  objects: { type: 'array', items: mapOf({ namespace: TEXT, kind: TEXT, name: TEXT, uid: UID }) },
});
