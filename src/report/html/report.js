// Filters what is all there without it.
'use strict';
const all = (selector) => [...document.querySelectorAll(selector)];
const byId = (id) => document.getElementById(id);
const search = byId('search');
const selects = { status: byId('status'), rules: byId('rule') };
const levels = all('input[name=level]');
const items = all('[data-item]');
const texts = new Map();

const textOf = (item) => {
  if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
  return texts.get(item);
};

const has = (item, key, wanted) => wanted === '' || item.dataset[key] === undefined || item.dataset[key].split(' ').includes(wanted);

const isShown = (item, words, chosen) =>
  has(item, 'status', selects.status.value) &&
  has(item, 'rules', selects.rules.value) &&
  (item.dataset.level === undefined || chosen.has(item.dataset.level)) &&
  words.every((word) => textOf(item).includes(word));

const filter = () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = new Set(levels.filter((box) => box.checked).map((box) => box.value));
  for (const item of items) item.hidden = !isShown(item, words, chosen);
  for (const group of all('[data-group]')) group.hidden = group.querySelector('[data-item]:not([hidden])') === null;
  const nouns = ['installation', 'finding', 'file'];
  const counts = nouns.flatMap((noun) => {
    const ofNoun = items.filter((item) => item.dataset.item === noun);
    const shown = ofNoun.filter((item) => !item.hidden).length;
    byId('none-' + noun)?.toggleAttribute('hidden', shown > 0);
    return ofNoun.length === 0 ? [] : [shown + ' of ' + ofNoun.length + ' ' + noun + (ofNoun.length === 1 ? '' : 's')];
  });
  byId('shown').textContent = counts.join(', ');
};

const clear = () => {
  search.value = '';
  selects.status.value = '';
  selects.rules.value = '';
  for (const box of levels) box.checked = true;
  filter();
};

const isTyping = (target) => target instanceof HTMLInputElement && target.type === 'search';

for (const control of [search, ...levels, ...Object.values(selects)]) control.addEventListener('input', filter);
byId('clear').addEventListener('click', clear);
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && !isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
  }
});
byId('filters').hidden = false;
filter();
