import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Operator, definitionsOf, operatorRelease } from './operator.ts';
import { PLACES, SPELLINGS } from './scalars.ts';
import { judge, type Outcome } from './trial.ts';

test('scalars', async () => {
  const operator = new Operator(definitionsOf(null));
  const target = operatorRelease().split('.').slice(0, 2).join('.');
  const only = process.env['PLACE'];
  const step = Number(process.env['STEP'] ?? 1);
  const all = Object.entries(PLACES).filter(([p]) => !only || p === only).flatMap(([place, write]) => SPELLINGS.map((s) => ({ name: `${place}: ${s}`, text: write(s), database: '' as const, modern: false })));
  const trials = all.filter((_, i) => i % step === 0);
  console.log(all.length, trials.length, SPELLINGS.length);
  const outs: Outcome[] = [];
  const t0 = Date.now();
  for (let i = 0; i < trials.length; i += 200) outs.push(...await Promise.all(trials.slice(i, i + 200).map((t) => judge(t, operator, target))));
  console.log(Date.now() - t0, 'ms');
  operator.stop();
  const lines = outs.filter((o) => o.differences.length > 0).map((o) => `${JSON.stringify(o.trial.name)}  ${o.answer.unreadable ?? ''} ${o.differences.join(' | ')}`);
  writeFileSync('/tmp/oracle-work/scal-diffs.txt', lines.join('\n'));
  const needless = outs.filter((o) => o.state === 'blocked' && o.answer.unreadable === undefined && o.answer.installations.length > 0 && o.answer.installations.every((f) => f.state === 'converted')).map((o) => `${JSON.stringify(o.trial.name)}  ${o.rules}`);
  writeFileSync('/tmp/oracle-work/scal-needless.txt', needless.join('\n'));
  const kinds = new Map<string, number>();
  for (const o of outs) for (const d of o.differences) { const k = d.replaceAll(/"[^"]*"/g, '…').slice(0, 100); kinds.set(k, (kinds.get(k) ?? 0) + 1); }
  console.log([...kinds].sort((a, b) => b[1] - a[1]).map(([k, n]) => `${n} ${k}`).join('\n'));
  console.log(outs.length, 'converted', outs.filter((o) => o.state === 'converted').length, 'diff', lines.length, 'needless', needless.length);
  expect(1).toBe(1);
}, 1e7);
