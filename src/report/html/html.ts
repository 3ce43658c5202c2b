import { LEVELS, worstFirst } from '../findings.ts';
import type { Report } from '../report.ts';
import type { RenderOptions, Reporter } from '../reporter.ts';
import { escapeHtml } from './html-text.ts';
import { pageFiles } from './page-files.ts';
import { isLarge, renderChanges, renderFindings, renderVerdict, renderInstallations, renderRules } from './sections.ts';

/** One self-contained page: nothing is loaded, and without JavaScript only the filter is missing. */
export const html: Reporter = {
  format: 'html',
  summary: 'one self-contained page with filter, search and side-by-side diff',
  showsFindings: false,
  render: renderPage,
};

function renderPage(report: Report, options: RenderOptions): string {
  const { style, script } = pageFiles();
  const policy = `default-src 'none'; style-src '${style.hash}'; script-src '${script.hash}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>ClusterInstallation to Mattermost</title>
<style>${style.text}</style>
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
<header>
<h1>ClusterInstallation to Mattermost</h1>
${renderVerdict(report)}
</header>
${renderFilters(report)}
<main${isLarge(report) ? ' class="large"' : ''}>
${renderInstallations(report)}
${renderFindings(report, options)}
${renderChanges(report)}
${renderRules(report)}
</main>
<footer>Made by ci2mm ${escapeHtml(report.tool.version)}. <code>ci2mm explain RULE</code> says what a rule means.</footer>
<script>${script.text}</script>
</body>
</html>
`;
}

/** Hidden until the script shows it: without the script it would do nothing. */
function renderFilters({ findings, installations }: Report): string {
  const rules = [...new Set(worstFirst(findings).map(({ rule }) => rule))];
  const statuses = [...new Set(installations.map(({ status }) => status))];
  const option = (value: string, label: string): string => `<option value="${escapeHtml(value)}">${escapeHtml(label)}</option>`;
  const boxes = LEVELS.map(
    (level) => `<label><input type="checkbox" name="level" value="${level}" checked autocomplete="off">${level}</label>`,
  );
  return `<div class="filters" id="filters" role="search" hidden><div>
<label class="grow"><span>Search</span><input type="search" id="search" placeholder="name, file, field, text" autocomplete="off" aria-keyshortcuts="/"></label>
<fieldset><legend>Level</legend><div class="pills">${boxes.join('')}</div></fieldset>
<label class="choice"><span>Rule</span><select id="rule" autocomplete="off">${option('', 'all rules')}${rules.map((rule) => option(rule, rule)).join('')}</select></label>
<label class="choice"><span>Status</span><select id="status" autocomplete="off">${option('', 'any status')}${statuses.map((status) => option(status, status)).join('')}</select></label>
<button type="button" id="clear">Clear</button>
<output id="shown" for="search rule status"></output>
</div></div>`;
}
