// The page: reads what is pasted or dropped, has it judged, and shows what came of it.
import { releases } from '../operator/releases.ts';
import { EXAMPLE } from './example.ts';
import { judge } from './judge.ts';
import { carriedBy, fragmentOf, notCarried } from './link.ts';
import { shownOf } from './shown.ts';

const byId = (id) => document.getElementById(id);
const text = byId('text');
const selects = ['target', 'ingress', 'assumeDatabase'].map(byId);

/** The one way in which text becomes HTML: `shownOf` escapes what is from files. */
const policy = globalThis.trustedTypes?.createPolicy('ci2mm', { createHTML: (html) => html }) ?? { createHTML: (html) => html };
const showHtml = (id, html) => {
  byId(id).innerHTML = policy.createHTML(html);
};

/** A folder that was dropped; null where the text counts. */
let folder = null;
let latest = 0;
let judged = null;

const choices = () => Object.fromEntries(selects.filter(({ value }) => value !== '').map(({ id, value }) => [id, value]));
const files = () => folder?.files ?? new Map([['manifests.yaml', new TextEncoder().encode(text.value)]]);
const isEmpty = () => folder === null && text.value.trim() === '';
const say = (sentence) => {
  byId('said').textContent = sentence;
};

async function show() {
  const turn = ++latest;
  document.body.dataset.state = 'working';
  const judgement = isEmpty() ? null : await judge(files(), choices());
  if (turn !== latest) return;
  judged = judgement;
  const shown = judgement === null ? NOTHING : shownOf(judgement);
  showHtml('numbers', shown.verdict);
  showHtml('list', shown.findings);
  showHtml('rest', shown.rest);
  byId('main').classList.toggle('large', shown.isLarge);
  const changes = judgement?.changes ?? [];
  byId('patch').hidden = changes.length === 0;
  byId('copy').hidden =
    folder !== null || changes.length === 0 || judgement.report.summary.blocked + judgement.report.summary.findings.error > 0;
  say(shown.said);
  document.body.dataset.state = 'shown';
  // For programs that drive the page.
  document.dispatchEvent(new CustomEvent('judged', { detail: judgement?.report ?? null }));
}

const NOTHING = { verdict: '<p class="empty">Nothing yet.</p>', findings: '', rest: '', said: '', isLarge: false };

/** An error of ours tells no content of a file. */
const update = () => show().catch((error) => say(`The page failed (${error.name}); please report it.`));

let timer = 0;
const updateSoon = () => {
  clearTimeout(timer);
  document.body.dataset.state = 'working';
  timer = setTimeout(update, 200);
};

function useText(value) {
  folder = null;
  text.value = value;
  byId('pasted').hidden = false;
  byId('dropped').hidden = true;
  byId('link').hidden = false;
  return update();
}

const SHOWN_FILES = 500;

function useFolder(name, found) {
  document.body.dataset.state = 'working';
  folder = { files: found };
  byId('dropped-title').textContent = `${found.size} ${found.size === 1 ? 'file' : 'files'} of ${name}`;
  const rows = [...found.keys()]
    .sort((one, other) => (one < other ? -1 : 1))
    .slice(0, SHOWN_FILES)
    .map((file) => Object.assign(document.createElement('li'), { textContent: file }));
  byId('files').replaceChildren(...rows);
  byId('pasted').hidden = true;
  byId('dropped').hidden = false;
  byId('link').hidden = true;
  say('Reading…');
  // So that it is seen before the page is busy.
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))).then(update);
}

const isOfTools = (path) => /(?:^|\/)(?:node_modules|\.git)(?:\/|$)/.test(path);

async function read(entries) {
  const found = await Promise.all(entries.map(async ([path, file]) => [path, new Uint8Array(await file.arrayBuffer())]));
  return new Map(found);
}

async function filesBelow(entry, prefix) {
  const path = prefix + entry.name;
  if (isOfTools(path)) return [];
  if (entry.isFile) return [[path, await new Promise((resolve, reject) => entry.file(resolve, reject))]];
  const reader = entry.createReader();
  const all = [];
  const batch = () => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  for (let some = await batch(); some.length > 0; some = await batch()) all.push(...some);
  return (await Promise.all(all.map((each) => filesBelow(each, `${path}/`)))).flat();
}

/** One folder is the repository itself, so that its configuration is found. */
async function take(entries) {
  const found = (await Promise.all(entries.map((entry) => filesBelow(entry, '')))).flat();
  const [only] = entries.length === 1 && entries[0].isDirectory ? entries : [];
  const named = only === undefined ? found : found.map(([path, file]) => [path.slice(only.name.length + 1), file]);
  await useFolder(only?.name ?? 'what was dropped', await read(named));
}

const failing = (action) => action.catch((error) => say(`That can’t be read (${error.name}).`));

async function openLink() {
  const carried = await carriedBy(location.hash);
  if (carried === 'none') return;
  if (carried === 'broken') {
    say('This link can’t be read: it was cut off, or carries too much.');
    return;
  }
  for (const select of selects)
    select.value = [...select.options].some(({ value }) => value === carried.choices[select.id]) ? carried.choices[select.id] : '';
  await useText(carried.text);
}

async function copyLink() {
  const refusal = notCarried(text.value);
  if (refusal !== null) {
    say(refusal);
    return;
  }
  history.replaceState(null, '', `#${await fragmentOf({ text: text.value, choices: choices() })}`);
  await copy(location.href, 'The link is copied. It carries the manifests, and what follows # is sent to no server.');
}

const copy = (value, said) =>
  (navigator.clipboard?.writeText(value) ?? Promise.reject(new Error('no clipboard'))).then(
    () => say(said),
    () => say('The browser does not let the page copy; the address bar has the link, the changes below have the result.'),
  );

function savePatch() {
  const patch = judged.report.changes.map(({ diff }) => diff).join('');
  const address = URL.createObjectURL(new Blob([patch], { type: 'text/x-diff' }));
  Object.assign(document.createElement('a'), { href: address, download: 'ci2mm.patch' }).click();
  URL.revokeObjectURL(address);
}

for (const version of [...new Set(releases.map(({ major, minor }) => `${major}.${minor}`))].reverse())
  byId('target').append(new Option(version, version));
byId('target').prepend(new Option('automatic', '', true, true));

text.addEventListener('input', updateSoon);
for (const select of selects) select.addEventListener('change', update);
byId('example').addEventListener('click', () => useText(EXAMPLE));
byId('clear').addEventListener('click', () => {
  history.replaceState(null, '', location.pathname + location.search);
  void useText('').then(() => text.focus());
});
byId('pick').addEventListener('click', () => byId('folder').click());
byId('folder').addEventListener('change', ({ target }) => {
  const chosen = [...target.files].map((file) => [file.webkitRelativePath, file]).filter(([path]) => !isOfTools(path));
  const name = chosen[0]?.[0].split('/')[0] ?? 'an empty folder';
  void failing(read(chosen.map(([path, file]) => [path.slice(name.length + 1), file])).then((found) => useFolder(name, found)));
  target.value = '';
});
byId('link').addEventListener('click', () => void failing(copyLink()));
byId('copy').addEventListener('click', () => void copy(judged.changes[0].after.toString('utf8'), 'The converted manifests are copied.'));
byId('patch').addEventListener('click', savePatch);
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  document.body.classList.add('over');
});
document.addEventListener('dragleave', () => document.body.classList.remove('over'));
document.addEventListener('drop', (event) => {
  event.preventDefault();
  document.body.classList.remove('over');
  const entries = [...event.dataTransfer.items]
    .flatMap((item) => (item.kind === 'file' ? [item.webkitGetAsEntry()] : []))
    .filter((entry) => entry !== null);
  if (entries.length > 0) void failing(take(entries));
});
addEventListener('hashchange', () => void openLink());
void openLink();
