import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { drawManifest } from '../engine/random/manifest.ts';
import { diceFor } from './dice.ts';
import { damaged, drawFile, type Schema } from './draw.ts';
import { Operator, definitionsOf, operatorRelease } from './operator.ts';
import { judge, type Outcome } from './trial.ts';

test('random', async () => {
  const release = process.env['RELEASE'] ?? null;
  const definitions = definitionsOf(release);
  const operator = new Operator(definitions);
  const target = (release ?? operatorRelease()).split('.').slice(0, 2).join('.');
  const crd = parse(readFileSync(join(definitions, 'mattermost.com_clusterinstallations.yaml'), 'utf8'), { maxAliasCount: -1 });
  const schema = crd.spec.versions.find((v: any) => v.name === 'v1alpha1').schema.openAPIV3Schema as Schema;
  const seed = Number(process.env['SEED'] ?? 1);
  const n = Number(process.env['N'] ?? 500);
  const dam = Number(process.env['DAMAGE'] ?? 20);
  const draw = (id: number) => {
    const dice = diceFor(seed, id);
    const theirs = id % 3 === 0;
    let text = theirs ? drawManifest(dice).text : drawFile(dice, schema);
    if (dice.chance(dam)) text = damaged(dice, text);
    return { name: `${id}`, text, database: (theirs ? dice.pick(['external', 'operator-managed'] as const) : ''), modern: id % 5 === 4 && release === null } as const;
  };
  const outs: Outcome[] = [];
  const t0 = Date.now();
  const dir = `/tmp/oracle-work/rand`;
  mkdirSync(dir, { recursive: true });
  for (let i = 0; i < n; i += 100) {
    const some = await Promise.all(Array.from({ length: Math.min(100, n - i) }, (_, k) => judge(draw(i + k), operator, target)));
    outs.push(...some);
    for (const o of some) if (o.differences.length > 0) { writeFileSync(`${dir}/${seed}-${o.trial.name}.yaml`, o.trial.text); appendFileSync(`/tmp/oracle-work/rand-${seed}.txt`, `${seed}-${o.trial.name} ${o.trial.database} ${o.trial.modern} ${o.answer.unreadable ?? ''} ${o.differences.join(' | ')}\n`); }
    if (i % 500 === 0) appendFileSync(`/tmp/oracle-work/rand-${seed}.txt`, `# ${i} ${Date.now() - t0}\n`);
  }
  const ms = Date.now() - t0;
  operator.stop();
  const diffs = outs.filter((o) => o.differences.length > 0);
  for (const o of diffs.slice(0, 300)) writeFileSync(`${dir}/${seed}-${o.trial.name}.yaml`, o.trial.text);
  writeFileSync('/tmp/oracle-work/rand-diffs.txt', diffs.map((o) => `${seed}-${o.trial.name} ${o.trial.database} ${o.trial.modern} ${o.answer.unreadable ?? ''} ${o.differences.join(' | ')}`).join('\n'));
  const states = new Map<string, number>();
  for (const o of outs) {
    const f = o.answer.unreadable !== undefined ? 'unreadable' : o.answer.installations.length === 0 ? 'none' : o.answer.installations.every((x) => x.state === 'converted') ? 'convertible' : 'not: ' + o.answer.installations.find((x) => x.state !== 'converted')?.state;
    const k = `${f} / ${o.state} ${f === 'convertible' && o.state === 'blocked' ? o.rules : ''}`;
    states.set(k, (states.get(k) ?? 0) + 1);
  }
  console.log([...states].sort((a, b) => b[1] - a[1]).map(([k, c]) => `${c} ${k}`).join('\n'));
  const rej = new Map<string, number>();
  for (const o of outs) if (Number(o.trial.name) % 3 !== 0) for (const f of o.answer.installations) if (f.state === 'rejected' || f.state === 'undecodable') { const k = (f.detail ?? '').split('; ')[0]!.replaceAll(/"[^"]*"/g, '…').replaceAll(/\d+/g, 'N').slice(0, 110); rej.set(k, (rej.get(k) ?? 0) + 1); }
  console.log('REJ', [...rej].sort((a, b) => b[1] - a[1]).slice(0, 25).map(([k, c]) => `${c} ${k}`).join('\n'));
  for (const o of outs) if (o.rules.includes('invalid-installation') && o.answer.unreadable === undefined && o.answer.installations.every((x) => x.state === 'converted')) { writeFileSync(`${dir}/needless-${seed}-${o.trial.name}.yaml`, o.trial.text); console.log('NEEDLESS', o.trial.name, o.messages); }
  const kinds = new Map<string, number>();
  for (const o of diffs) for (const d of o.differences) { const k = d.replaceAll(/"[^"]*"/g, '…').slice(0, 120); kinds.set(k, (kinds.get(k) ?? 0) + 1); }
  console.log([...kinds].sort((a, b) => b[1] - a[1]).map(([k, c]) => `${c} ${k}`).join('\n'));
  console.log(n, 'files', ms, 'ms', diffs.length, 'differences');
  expect(1).toBe(1);
}, 1e7);
