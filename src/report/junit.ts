import type { Finding } from '../rules/finding.ts';
import { installationId } from '../model/installation.ts';
import { builderOf, worstFirst } from './findings.ts';
import { cut, printable } from './printable.ts';
import type { InstallationReport, Report } from './report.ts';
import type { Reporter } from './reporter.ts';

/** Installations and findings as the results of tests, which most pipelines show: what is blocked, and every error, is a failure. */
export const junit: Reporter = {
  format: 'junit',
  summary: 'JUnit XML: what is blocked, and errors, as failed tests',
  showsFindings: false,
  render: (report) =>
    ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="ci2mm">', ...suites(report), '</testsuites>', ''].join('\n'),
};

function suites({ installations, findings }: Report): string[] {
  const blocked = installations.filter(({ status }) => status === 'blocked').length;
  const errors = findings.filter(({ level }) => level === 'error').length;
  return [
    ...suite('installations', { tests: installations.length, failures: blocked }, installations.map(installationCase)),
    ...suite('findings', { tests: findings.length, failures: errors }, worstFirst(findings).map(findingCase)),
  ];
}

const suite = (name: string, counts: Readonly<Record<string, number>>, cases: readonly string[]): string[] => [
  `  <testsuite${attributes({ name, ...counts })}>`,
  ...cases,
  '  </testsuite>',
];

function installationCase(each: InstallationReport): string {
  const builder = each.builtBy === null ? '' : ` (${builderOf(each.builtBy)})`;
  const head = attributes({ classname: 'installation', name: installationId(each) + builder, file: each.file, line: each.line });
  if (each.status !== 'blocked') return `    <testcase${head}><system-out>${escaped(each.status)}</system-out></testcase>`;
  return `    <testcase${head}><failure${attributes({ type: 'blocked', message: `blocked by ${each.blockedBy.join(', ')}` })}/></testcase>`;
}

function findingCase({ rule, level, file, line, column, message, remedy }: Finding): string {
  const head = attributes({ classname: rule, name: `${file}:${line}:${column}`, file, line });
  const said =
    level === 'error'
      ? `<failure${attributes({ type: level, message })}>${escaped(remedy)}</failure>`
      : `<system-out>${level}: ${escaped(`${message} ${remedy}`)}</system-out>`;
  return `    <testcase${head}>${said}</testcase>`;
}

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

/** XML has no way to write the last two characters of a plane. */
const escaped = (text: string): string =>
  cut(printable(text), 4000)
    .replaceAll(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll(/[&<>"]/g, (char) => ENTITIES.get(char) ?? char);
