import { gateScript } from './gate-script.ts';
import { escapeHtml } from './html/html-text.ts';
import type { PlanFormat } from './formats.ts';
import { code, escapeMarkdown, fence } from './markdown-text.ts';
import { machineGates } from './machine-gates.ts';
import type { MachineGateOptions } from './machine-gates.ts';
import type { Plan } from './plan.ts';
import { printable } from './printable.ts';
import { renderRunbook } from './runbook.ts';
import type { Markup } from './runbook.ts';

export const renderPlan = (plan: Plan, format: PlanFormat, gates: MachineGateOptions = NOTHING_RECORDED): string =>
  RENDERERS[format](plan, gates);

const NOTHING_RECORDED: MachineGateOptions = { objects: [], image: null };

const RENDERERS: Readonly<Record<PlanFormat, (plan: Plan, gates: MachineGateOptions) => string>> = {
  text: (plan) => renderRunbook(plan, TEXT),
  markdown: (plan) => renderRunbook(plan, MARKDOWN),
  json: (plan) => `${JSON.stringify(plan, null, 2)}\n`,
  html: (plan) => page(renderRunbook(plan, HTML)),
  script: gateScript,
  gates: machineGates,
};

/** Columns as wide as their widest cell. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const TEXT: Markup = {
  heading: (level, text) => (level === 3 ? text : `${text}\n${(level === 1 ? '=' : '-').repeat(text.length)}`),
  name: printable,
  quote: printable,
  prose: (text) => text,
  table: (head, rows) => columns([head, ...rows]),
  list: (items) => items.map((item) => `- ${item}`).join('\n'),
  block: (_, text) => text.replaceAll(/^(?=.)/gm, '    '),
};

const MARKDOWN: Markup = {
  heading: (level, text) => `${'#'.repeat(level)} ${text}`,
  name: (text) => code(text),
  quote: (text) => escapeMarkdown(text, 2000),
  prose: (text) => text,
  table: (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n'),
  list: (items) => items.map((item) => `- ${item}`).join('\n'),
  block: (language, text) => fence(text.split('\n'), language),
};

const HTML: Markup = {
  heading: (level, text) => `<h${level}>${escapeHtml(text)}</h${level}>`,
  name: (text) => `<code>${escapeHtml(text)}</code>`,
  quote: escapeHtml,
  prose: (text) => `<p>${escapeHtml(text)}</p>`,
  table: (head, rows) =>
    `<table><thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead><tbody>${rows
      .map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`)
      .join('\n')}</tbody></table>`,
  list: (items) => `<ul>${items.map((item) => `<li>${item}</li>`).join('\n')}</ul>`,
  block: (_, text) => `<pre tabindex="0"><code>${text.split('\n').map(escapeHtml).join('\n')}</code></pre>`,
};

/** Loads nothing, and runs nothing. */
const page = (body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rollout of ClusterInstallation to Mattermost</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid; padding: 0.3rem 0.6rem; text-align: left; }
pre { border: 1px solid; overflow-x: auto; padding: 0.8rem; }
</style>
</head>
<body>
${body}</body>
</html>
`;
