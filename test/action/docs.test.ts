import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/github.md'), 'utf8');
const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly steps: readonly { readonly env?: Readonly<Record<string, string>> }[] };
};

const between = (name: string): string => new RegExp(`<!-- ${name} -->\n([^]*?)<!-- /${name} -->`).exec(page)?.[1] ?? '';

test('docs/github.md lists the inputs as action.yml has them', () => {
  const rows = Object.entries(action.inputs).map(
    ([name, { description, default: value }]) => `| \`${name}\` | ${value === '' ? '' : `\`${value}\``} | ${description} |\n`,
  );
  expect(between('inputs')).toBe(`| input | default | |\n|---|---|---|\n${rows.join('')}`);
});

test('docs/github.md lists the outputs as action.yml has them', () => {
  const rows = Object.entries(action.outputs).map(([name, { description }]) => `| \`${name}\` | ${description} |\n`);
  expect(between('outputs')).toBe(`| output | |\n|---|---|\n${rows.join('')}`);
});

test('every input reaches the program, and every output comes from it', () => {
  const env = action.runs.steps.at(-1)?.env ?? {};
  for (const name of Object.keys(action.inputs))
    expect(env[`CI2MM_INPUT_${name.toUpperCase().replaceAll('-', '_')}`]).toContain(`inputs.${name}`);
  for (const [name, { value }] of Object.entries(action.outputs)) expect(value).toBe(`\${{ steps.run.outputs.${name} }}`);
});
