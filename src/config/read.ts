import { isMap, isScalar } from '../model/value.ts';
import { nodeAt, parseDocument, positions, splitDocuments } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { locate } from '../yaml/locate.ts';
import { decodeUtf8, findHazard } from '../yaml/text.ts';
import type { ConfigProblem } from './check.ts';
import { configFrom, noConfig } from './config.ts';
import type { Config } from './config.ts';
import { fileSchema } from './schema.ts';

/** A configuration that can't be used: exit code 2. Each problem is a line for people, with its place. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Reads a configuration file. `file` names it in messages. Throws ConfigError with everything that is wrong. */
export function readConfig(file: string, bytes: Uint8Array): Config {
  const text = decodeUtf8(bytes);
  if (text === null) throw new ConfigError([`${file}: is not UTF-8 text`]);
  const placed = placer(file, text);
  const hazard = findHazard(text);
  if (hazard !== null) throw new ConfigError([placed(hazard.offset, hazard.message)]);
  const found = onlyDocument(text, placed);
  if (found === null) return noConfig;
  const { start, document } = found;
  const value = document.shape;
  if (!isMap(value))
    throw new ConfigError([
      placed(start + offsetOf(document, ROOT), 'the configuration must be a map of keys such as target and databases'),
    ]);
  const { config, problems } = configFrom(value, fileSchema, file);
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => placed(start + offsetOf(document, problem), problem.message)));
  return config;
}

const ROOT = { path: [], at: 'value' } as const;

type Placer = (offset: number, message: string) => string;

function placer(file: string, text: string): Placer {
  const at = positions(text);
  return (offset, message) => {
    const { line, column } = at(offset);
    return `${file}:${line}:${column}: ${message}`;
  };
}

/** The one document that holds something; null for an empty file, or one with comments only. */
function onlyDocument(text: string, placed: Placer): { start: number; document: ParsedDocument } | null {
  const documents = splitDocuments(text).map(({ start, end }) => ({ start, document: parseDocument(text.slice(start, end)) }));
  const problems = documents.flatMap(({ start, document }) =>
    document.problems.map(({ offset, message }) => placed(start + offset, message)),
  );
  if (problems.length > 0) throw new ConfigError(problems);
  const [first, second] = documents.filter(({ document }) => !isEmpty(document));
  if (second !== undefined) throw new ConfigError([placed(second.start, 'the configuration must be one document')]);
  const anchor = first?.document.anchors[0];
  if (first !== undefined && anchor !== undefined)
    throw new ConfigError([placed(first.start + anchor.offset, 'a configuration has no anchors and aliases; write the value out')]);
  return first ?? null;
}

const isEmpty = ({ shape }: ParsedDocument): boolean => shape === null || (isScalar(shape) && shape.plain && shape.text === '');

function offsetOf(document: ParsedDocument, { path, at }: Pick<ConfigProblem, 'path' | 'at'>): number {
  const node = at === 'value' ? nodeAt(document.root, path) : null;
  return node?.range?.[0] ?? locate(document, path).start;
}
