import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../cli/harness.ts';
import { commitAll, temporaryDirectory, temporaryRepository, writeAll } from '../repo/workspace.ts';

/** The printed script on a cluster that is played by a program called kubectl. */

const EXAMPLE = join(import.meta.dirname, '../../examples/flux-platform');

/** What is live, by namespace, kind, name and JSONPath; of all else there is nothing. */
function cluster(live: Readonly<Record<string, string>>): string {
  const cases = Object.entries(live).map(([asked, answer]) => `'${asked}') printf '%s' '${answer}' ;;`);
  const directory = temporaryDirectory();
  writeAll(directory, {
    kubectl: `#!/bin/sh\n# get -n NAMESPACE KIND NAME --ignore-not-found -o jsonpath=PATH\ncase "$3 $4 $5 \${8#jsonpath=}" in\n${cases.join('\n')}\nesac\n`,
  });
  chmodSync(join(directory, 'kubectl'), 0o755);
  return directory;
}

const OLD = 'clusterinstallations.mattermost.com';
const PRUNE = String.raw`{.metadata.annotations.kustomize\.toolkit\.fluxcd\.io/prune}`;

test('the gate of the trigger is about what waits for it, and not about what has begun', async () => {
  const cwd = temporaryRepository();
  cpSync(EXAMPLE, cwd, { recursive: true });
  commitAll(cwd);
  const { stdout } = await run(['plan', '--format', 'script'], { cwd });
  const gate = (live: Readonly<Record<string, string>>, ...words: readonly string[]): string =>
    spawnSync('sh', ['-s', ...words], {
      input: stdout,
      encoding: 'utf8',
      cwd: temporaryDirectory(),
      env: { PATH: `${cluster(live)}:${process.env['PATH']}` },
    }).stdout;
  const waiting = Object.fromEntries(
    ['chat chat', 'incident war-room'].flatMap((id) => {
      const [namespace = '', name = ''] = id.split(' ');
      return [
        [`${namespace} ${OLD} ${name} {.status.state}`, 'stable'],
        [`${namespace} ${OLD} ${name} ${PRUNE}`, 'disabled'],
      ];
    }),
  );
  // Of support, which was triggered before, nothing of the old kind is left.
  expect(gate(waiting, 'live')).toBe('ok\n');
  expect(gate({ ...waiting, [`chat ${OLD} chat ${PRUNE}`]: 'enabled' }, 'live')).toBe('NOT chat/chat: prune: disabled is not live\n');
  const uids = { ...waiting, 'chat services chat {.metadata.uid}': 'a', 'incident services war-room {.metadata.uid}': 'b' };
  expect(gate(uids, 'record', 'uids.txt')).toBe('');
  expect(
    gate(
      {
        ...uids,
        'incident minioinstances.miniocontroller.min.io war-room-minio {.metadata.uid}': 'c',
        'incident persistentvolumeclaims of-war-room-minio {.metadata.uid}': 'd',
      },
      'record',
      'uids.txt',
    ),
  ).toBe('kept 4 uids in uids.txt\nok\n');
});
