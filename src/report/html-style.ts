/** The report's style. Every pair of colours keeps a contrast of 4.5 at least; a test measures it. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f6f8; --card: #ffffff; --text: #1b2128; --quiet: #545e69; --line: #d5dbe1; --soft: #eef1f4; --accent: #0b5cad;
  --error: #a3170f; --error-soft: #fdebe9; --warning: #7a4500; --warning-soft: #fdf1dc; --note: #0b4f94; --note-soft: #e6f1fc; --good: #15602d; --good-soft: #e3f5e8;
  --old: #fff0ee; --old-mark: #ffcdc7; --new: #e8f9ec; --new-mark: #b2ecc0;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1318; --card: #161c23; --text: #e4e8ed; --quiet: #a0acb8; --line: #2c3640; --soft: #1f272f; --accent: #85bdf7;
    --error: #ffa69e; --error-soft: #3b1816; --warning: #f3c273; --warning-soft: #35270f; --note: #9fcdfd; --note-soft: #12293f; --good: #8bdba2; --good-soft: #10301c;
    --old: #2f1718; --old-mark: #6e2a2b; --new: #11291a; --new-mark: #1c5a32;
  }
}
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 var(--sans); overflow-wrap: anywhere; }
header, main, footer, .filters > div { max-width: 1240px; margin: 0 auto; padding: 0 24px; }
a { color: var(--accent); text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; background: var(--card); padding: 8px 12px; z-index: 2; }
code, pre, .line { font-family: var(--mono); font-size: 13px; font-variant-ligatures: none; }

header { padding-top: 32px; padding-bottom: 20px; }
h1 { margin: 0; font-size: 26px; line-height: 1.25; letter-spacing: -.01em; text-wrap: balance; }
header p { margin: 6px 0 0; color: var(--quiet); }
header p.verdict { margin-top: 12px; color: var(--text); font-size: 17px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(120px, 1fr)); gap: 12px; margin: 20px 0 0; padding: 0; list-style: none; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; color: var(--quiet); }
.tile b { display: block; color: var(--text); font-size: 26px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tile.error b { color: var(--error); } .tile.warning b { color: var(--warning); } .tile.note b { color: var(--note); } .tile.good b { color: var(--good); }

.filters { position: sticky; top: 0; z-index: 1; background: var(--page); border-bottom: 1px solid var(--line); }
.filters > div { display: flex; flex-wrap: wrap; gap: 10px 16px; align-items: end; padding-top: 12px; padding-bottom: 12px; }
.filters label > span, .filters legend { display: block; padding: 0; margin-bottom: 4px; color: var(--quiet); font-size: 13px; }
.filters .grow { flex: 1 1 220px; }
.filters input[type=search], .filters select, .filters button {
  width: 100%; height: 38px; padding: 0 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); color: var(--text); font: inherit;
}
.filters select { min-width: 150px; max-width: 250px; }
.filters button { width: auto; padding: 0 18px; cursor: pointer; }
input::placeholder { color: var(--quiet); opacity: 1; }
.filters button:hover { background: var(--soft); }
fieldset { margin: 0; padding: 0; border: 0; min-width: 0; }
.pills { display: flex; height: 38px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); overflow: hidden; }
.pills label { display: flex; align-items: center; gap: 6px; padding: 0 12px; cursor: pointer; }
.pills label + label { border-left: 1px solid var(--line); }
.pills label:focus-within { box-shadow: inset 0 0 0 2px var(--accent); }
.pills input { margin: 0; accent-color: var(--accent); }
.pills input:focus-visible { outline: none; }
#shown { flex-basis: 100%; margin-top: -2px; color: var(--quiet); font-size: 13px; }

main { padding-bottom: 24px; }
section { margin-top: 32px; scroll-margin-top: 120px; }
.rule, .finding, .file { scroll-margin-top: 128px; }
h2 { margin: 0 0 12px; font-size: 20px; }
h3 { margin: 20px 0 8px; font-size: 16px; }
h2 small, h3 small { margin-left: 4px; color: var(--quiet); font-size: 14px; font-weight: 400; }
.empty, .more { color: var(--quiet); }

table { width: 100%; border-collapse: separate; border-spacing: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
th, td { padding: 10px 16px; text-align: left; vertical-align: top; }
thead th { background: var(--soft); color: var(--quiet); font-size: 13px; font-weight: 500; }
tbody th { font-weight: 600; }
tbody tr > * { border-top: 1px solid var(--line); }
td code { color: var(--quiet); }
thead th, td[data-label], td:last-child { overflow-wrap: normal; }
.because { display: block; margin-top: 4px; font-size: 13px; }

.badge { display: inline-block; padding: 1px 9px; border-radius: 99px; font-size: 13px; font-weight: 600; white-space: nowrap; }
.badge.error, .badge.blocked { background: var(--error-soft); color: var(--error); }
.badge.warning { background: var(--warning-soft); color: var(--warning); }
.badge.note { background: var(--note-soft); color: var(--note); }
.badge.converted, .badge.convertible { background: var(--good-soft); color: var(--good); }

.finding, .rule { margin-top: 12px; padding: 14px 18px 16px; background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--quiet); border-radius: 10px; }
.finding.error { border-left-color: var(--error); } .finding.warning { border-left-color: var(--warning); } .finding.note { border-left-color: var(--note); }
h4, .rule h3 { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: baseline; margin: 0; font-size: 15px; }
.finding p, .rule p { margin: 8px 0 0; max-width: 88ch; }
.finding .place { color: var(--quiet); }
.finding .message { font-size: 16px; }
.rule { border-left: 1px solid var(--line); }
.rule p { white-space: pre-line; }
.todo { padding-left: 12px; border-left: 2px solid var(--line); }
pre { margin: 10px 0 0; padding: 10px 14px; background: var(--soft); border-radius: 8px; overflow-x: auto; line-height: 1.55; }
.frame { white-space: pre-wrap; padding-left: 0; padding-right: 0; }
.frame span { display: block; position: relative; padding: 0 14px 0 4.6em; }
.frame span::before { content: attr(data-n); position: absolute; left: 0; width: 3.4em; text-align: right; color: var(--quiet); }
.frame .hit { background: color-mix(in srgb, var(--warning-soft) 70%, transparent); }
.error .frame .hit { background: var(--error-soft); } .note .frame .hit { background: var(--note-soft); }
.frame mark { background: none; color: inherit; text-decoration: underline wavy var(--warning); text-underline-offset: 4px; text-decoration-skip-ink: none; }
.error .frame mark { text-decoration-color: var(--error); } .note .frame mark { text-decoration-color: var(--note); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); gap: 0 16px; margin-top: 8px; }
.pair > * { min-width: 0; }

.file { margin-top: 12px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.file summary { padding: 10px 16px; cursor: pointer; background: var(--soft); }
.file summary:focus-visible { outline-offset: -2px; }
.file summary code { font-weight: 600; }
.plus { color: var(--good); } .minus { color: var(--error); }
.hunk + .hunk { border-top: 6px solid var(--soft); }
.run { display: grid; grid-template-columns: 1fr 1fr; }
.side { min-width: 0; }
.side.new { border-left: 1px solid var(--line); }
.changed .side:empty { background: repeating-linear-gradient(135deg, transparent 0 5px, var(--soft) 5px 10px); }
.line { display: block; position: relative; min-height: 1.5em; padding: 0 12px 0 68px; line-height: 1.5; white-space: pre-wrap; text-decoration: none; }
.line::before { content: attr(data-n); position: absolute; left: 0; width: 40px; text-align: right; color: var(--quiet); user-select: none; }
.line::after { position: absolute; left: 50px; top: 0; color: var(--quiet); user-select: none; }
del.line { background: var(--old); } del.line::after { content: "\\2212"; }
ins.line { background: var(--new); } ins.line::after { content: "+"; }
.line mark { border-radius: 3px; color: inherit; }
del mark { background: var(--old-mark); } ins mark { background: var(--new-mark); }
.line i { color: var(--quiet); }
/* What is far off is laid out when it comes near; a small page is better off laid out at once. */
.large .finding { content-visibility: auto; contain-intrinsic-size: auto 240px; }
.large .hunk { content-visibility: auto; contain-intrinsic-size: auto 300px; }
footer { padding-top: 16px; padding-bottom: 40px; color: var(--quiet); font-size: 13px; }

@media (max-width: 760px) {
  header, main, footer, .filters > div { padding-left: 14px; padding-right: 14px; }
  header { padding-top: 20px; }
  h1 { font-size: 22px; }
  .tiles { grid-template-columns: repeat(3, 1fr); gap: 8px; }
  .tile { padding: 8px 10px; font-size: 13px; }
  .tile b { font-size: 22px; }
  .filters { position: static; }
  .filters .grow, .filters fieldset { flex: 1 1 100%; }
  .filters .choice { flex: 1 1 45%; min-width: 0; }
  .filters select { min-width: 0; max-width: none; }
  .filters > div { gap: 8px; padding-top: 4px; }
  .filters label > span, .filters legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .filters button { order: 2; margin-left: auto; }
  #shown { order: 1; flex: 1 1 60%; align-self: center; margin: 0; }
  .filters input[type=search], .filters select, .filters button, .pills { height: 44px; }
  .filters input[type=search], .filters select { font-size: 16px; }
  .pills label { flex: 1; justify-content: center; padding: 0 6px; }
  section, .rule, .finding, .file { scroll-margin-top: 12px; }
  table, tbody, tr, td, tbody th { display: block; border: 0; }
  table { background: none; border-radius: 0; overflow: visible; }
  thead { position: absolute; left: -999px; }
  tbody tr { margin-top: 10px; padding: 10px 14px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
  tbody tr > * { padding: 2px 0; border: 0; }
  td[data-label]::before { content: attr(data-label) " "; color: var(--quiet); }
  .run { grid-template-columns: 1fr; }
  .side.new { border-left: 0; }
  .same .side.new, .changed .side:empty { display: none; }
  .line { padding-left: 52px; padding-right: 8px; font-size: 12px; }
  .line::before { width: 30px; } .line::after { left: 37px; }
  .finding, .rule { padding: 12px 14px 14px; }
  .frame span { padding-left: 3.4em; } .frame span::before { width: 2.5em; }
}
@media print { .filters, .skip { display: none; } .finding.finding, .hunk.hunk { content-visibility: visible; break-inside: avoid; } }
`;

/** SHA-256 of the style, as the content security policy wants it; a test says what it should be. */
export const STYLE_HASH = 'sha256-vOlgRrGqwkbvEHxcQRMdgiXAazddM9Iz/J+/1fTaOU0=';
