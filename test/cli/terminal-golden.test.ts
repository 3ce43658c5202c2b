import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/command.ts';
import { recordingIo } from '../recording-io.ts';
import { commitAll, temporaryRepository, writeAll } from '../repo/workspace.ts';
import { blocked, configMap, installation } from './manifests.ts';

/**
 * What somebody sees at a terminal, kept to be read: test/golden/terminal. `CI2MM_UPDATE=1` writes it. Escapes are written as `\e`, so that a
 * file can be read.
 */
const folder = join(import.meta.dirname, '..', 'golden', 'terminal');

const kustomization = (...resources: string[]): string => `resources:\n${resources.map((each) => `  - ${each}\n`).join('')}`;

const small = { 'chat.yaml': installation() };
const mixed = {
  ...small,
  'blue.yaml': blocked(),
  'fields.yaml': installation('fields', '  nonsense: 1\n  minio:\n    storageSize: 1Gi\n    externalURL: s3.example.com\n'),
  'docs/how-to.md': 'kubectl get clusterinstallations\n',
};
const overlays = {
  'base/chat.yaml': installation(),
  'base/kustomization.yaml': kustomization('chat.yaml'),
  'eu/kustomization.yaml': `namespace: eu\n${kustomization('../base')}`,
  'us/kustomization.yaml': `namespace: us\n${kustomization('../base')}`,
};
const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`clusters/${index}/chat.yaml`, installation(`chat-${index}`)]));

interface Scene {
  readonly args: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly columns: 80 | 120;
  readonly color: boolean;
  /** Files that have changed since the last commit. */
  readonly changed?: Readonly<Record<string, string>>;
  readonly typed?: string;
}

const at = (columns: 80 | 120, color: boolean, args: readonly string[], files: Scene['files'], more: Partial<Scene> = {}): Scene => ({
  args: [...args, ...(['scan', 'convert', 'prepare', 'next'].includes(args[0] ?? '') ? ['--prove', 'never'] : [])],
  files,
  columns,
  color,
  ...more,
});

const SCENES: Readonly<Record<string, Scene>> = {
  'convert-one': at(80, false, ['convert'], small),
  'convert-one-colours': at(120, true, ['convert'], small),
  'convert-write': at(80, false, ['convert', '--write'], small),
  'convert-stat': at(80, false, ['convert', '--stat'], overlays),
  'convert-overlays': at(120, false, ['convert'], overlays),
  'convert-mixed': at(80, false, ['convert'], mixed),
  'convert-mixed-colours': at(120, true, ['convert'], mixed),
  'convert-many': at(80, true, ['convert', '--stat'], many),
  'convert-interactive': at(80, false, ['convert', '--interactive'], mixed, { typed: '?\ny\nq\n' }),
  'convert-changed-since': at(80, false, ['convert', '--changed-since', 'HEAD'], mixed, {
    changed: { 'chat.yaml': installation('chat', '  version: 10.1.0\n') },
  }),
  'scan-mixed': at(80, false, ['scan'], mixed),
  'scan-mixed-colours': at(120, true, ['scan'], mixed),
  'scan-overlays': at(80, true, ['scan'], overlays),
  'scan-nothing': at(80, false, ['scan'], { 'a.yaml': configMap('a') }),
  'scan-nothing-changed': at(80, false, ['scan', '--changed-since', 'HEAD'], mixed),
  'scan-baseline': at(80, false, ['scan', '--write-baseline', 'known.txt', '--min-level', 'error'], mixed),
  'prepare-flux': at(80, true, ['prepare', '--engine', 'flux'], small),
  plan: at(80, false, ['plan', '--engine', 'flux'], small),
  explain: at(80, false, ['explain', 'direct-swap'], {}),
  'explain-list': at(120, false, ['explain'], {}),
  'unknown-option': at(80, false, ['convert', '--dry-run'], {}),
  'unknown-ref': at(80, false, ['scan', '--changed-since', 'no-such-branch'], small),
  help: at(80, false, ['--help'], {}),
};

/** Both streams as they come to stand on the screen, with the command above and the exit code below. */
async function seen({ args, files, columns, color, changed, typed }: Scene): Promise<string> {
  const cwd = temporaryRepository(files);
  commitAll(cwd);
  writeAll(cwd, changed ?? {});
  const io = recordingIo(cwd, typed ?? '', { TERM: 'xterm', ...(color ? {} : { NO_COLOR: '1' }) });
  const screen: string[] = [];
  const output = { isTTY: true, columns, write: (chunk: string | Uint8Array) => screen.push(Buffer.from(chunk).toString('utf8')) };
  const stdin = Object.assign(io.stdin, { isTTY: true });
  const code = await main(args, { ...io, stdin, stdout: output, stderr: output });
  const text = screen
    .join('')
    .replaceAll(cwd, '/repository')
    .replaceAll('\u001b', String.raw`\e`);
  return `$ ci2mm ${args.join(' ')}\n${text}\n[exit code ${code}, ${columns} columns]\n`;
}

describe('what somebody sees at a terminal', () => {
  test.each(Object.entries(SCENES))('%s', async (name, scene) => {
    const file = join(folder, `${name}.txt`);
    const text = await seen(scene);
    if (process.env['CI2MM_UPDATE'] === '1') {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, text);
    }
    expect(text).toBe(readFileSync(file, 'utf8'));
  });
});
