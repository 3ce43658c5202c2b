import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { explain, explainInMarkdown, listRules, renderRulePages, renderRules } from '../../src/rules/docs.ts';
import type { RuleId } from '../../src/rules/index.ts';
import { isRuleId, ruleById, rules } from '../../src/rules/index.ts';
import { editReason, editReasons } from '../../src/rules/unsafe-edit.ts';
import { hitsIn } from './subject.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const filesIn = (folder: string): string[] => readdirSync(new URL(folder, root)).map((name) => `${folder}/${name}`);

const ids = rules.map(({ id }) => id);
const checked = rules.filter((rule) => 'check' in rule);

describe('the list of rules', () => {
  test('holds each rule under its own id, once', () => {
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(isRuleId(id) && ruleById(id).id).toBe(id);
    expect(isRuleId('no-such-rule')).toBe(false);
    expect(isRuleId('constructor')).toBe(false);
  });

  test('holds every rule that has a file, and no other', async () => {
    const modules = await Promise.all(
      filesIn('src/rules').map(async (file) => ({ file, exports: Object.values(await import(new URL(file, root).href)) })),
    );
    const found = modules.flatMap(({ file, exports }) => exports.filter(isRule).map(({ id }) => `${file} ${id}`));
    expect(found.sort()).toEqual(ids.map((id) => `src/rules/${id}.ts ${id}`).sort());
  });

  test('goes from errors to notes', () => {
    expect([...new Set(rules.map(({ level }) => level))]).toEqual(['error', 'warning', 'note']);
    expect(rules.map(({ level }) => level)).toEqual(rules.map(({ level }) => level).sort((a, b) => levels.indexOf(a) - levels.indexOf(b)));
  });

  test.each(checked)('$id has a test', ({ id }) => {
    const tests = filesIn('test/rules').map(read).join('\n');
    expect(tests.includes(`describe('${id}'`) || tests.includes(`['${id}', '`)).toBe(true);
  });
});

const levels = ['error', 'warning', 'note'];

const isRule = (value: unknown): value is { id: string } =>
  typeof value === 'object' && value !== null && 'id' in value && 'summary' in value && 'remedy' in value;

describe.each(rules)('the text of $id', (rule) => {
  test('is complete', () => {
    expect(rule.id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    expect(rule.summary).toMatch(/^[A-Za-z][^\n]+[.]$/);
    expect(rule.remedy).toMatch(/[.]$/);
    expect(rule.explanation).toMatch(/operator|API server/);
    expect(rule.before).not.toBe(rule.after);
    for (const yaml of [rule.before, rule.after]) expect(yaml).toMatch(/[^\n]\n$/);
  });
});

describe.each(checked.filter(({ example }) => example === 'manifest'))('the example of $id', ({ id, before, after, exampleOptions }) => {
  const options = Object.fromEntries(
    (exampleOptions ?? []).flatMap((word, at, words) => (at % 2 === 0 ? [[word.slice(2), words[at + 1]]] : [])),
  );

  test('is flagged before', () => {
    expect(hitsIn(id as RuleId, before, options)).not.toEqual([]);
  });

  test('is not flagged after', () => {
    expect(hitsIn(id as RuleId, after, options)).toEqual([]);
  });
});

describe('unsafe-edit', () => {
  test('explains every code that the edit engine gives', () => {
    const sources = [...filesIn('src/yaml'), ...filesIn('src/edit')].map(read).join('\n');
    const codes = [...sources.matchAll(/EditRefused\(\s*'([^']+)'|code: '([a-z-]+)'|^ {2}\['([a-z-]+)', \//gm)].map(
      (match) => match[1] ?? match[2] ?? match[3] ?? '',
    );
    expect(codes.length).toBeGreaterThan(10);
    for (const code of codes) expect(Object.keys(editReasons)).toContain(code.startsWith('post-') ? 'post-*' : code);
  });

  test.each([
    ['merge-key', editReasons['merge-key']],
    ['post-value', editReasons['post-*']],
    ['BAD_INDENT', editReasons['parse-error']],
    ['constructor', editReasons['parse-error']],
  ])('%s', (code, reason) => {
    expect(editReason(code)).toBe(reason);
  });

  test('lists them in its explanation', () => {
    for (const code of Object.keys(editReasons)) expect(ruleById('unsafe-edit').explanation).toContain(`\n- \`${code}\`: `);
  });
});

describe('the documentation', () => {
  test('docs/rules.md is what the program prints (npm run docs)', () => {
    expect(read('docs/rules.md')).toBe(renderRules());
  });

  test('docs/rules/ has the page of each rule and no other (npm run docs)', () => {
    const pages = renderRulePages();
    expect(readdirSync(new URL('docs/rules', root)).toSorted()).toEqual([...pages.keys()].toSorted());
    for (const [name, text] of pages) expect(read(`docs/rules/${name}`)).toBe(text);
  });

  test.each(ids as RuleId[])('the page of %s is what explain --format markdown prints', (id) => {
    expect(read(`docs/rules/${id}.md`)).toContain(`\n${explainInMarkdown(id)}`);
  });

  test.each(ids as RuleId[])('explain %s fits a terminal and holds the whole text', (id) => {
    const text = explain(id);
    const { before, after, explanation } = ruleById(id);
    const prose = text.split('\n').filter((line) => !before.includes(line.trim()) && !after.includes(line.trim()));
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(explanation.replaceAll(/\s+/g, ' '));
    expect(text).toContain(before.trimEnd().replaceAll(/^(?=.)/gm, '  '));
  });

  test('a list of all rules, a line each', () => {
    const lines = listRules().trimEnd().split('\n');
    expect(lines.map((line) => line.split(/ +/)[1])).toEqual(ids);
  });
});
