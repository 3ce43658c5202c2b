import { describe, expect, test } from 'vitest';
import { hitsInSpec } from './subject.ts';

const TRUE_WORDS = ['true', 'True', 'TRUE', 'yes', 'Yes', 'YES', 'y', 'Y', 'on', 'On', 'ON'];
const FALSE_WORDS = ['false', 'no', 'n', 'off', 'OFF', 'null', '~', ''];
const UNDECIDED = ['${ENABLE}', '"${ENABLE:-false}"', '"{{ .Values.enable }}"', '"true"', '"false"', '1', 'maybe', '{}'];

describe.each([
  ['blue-green-enabled', 'blueGreen', 'BlueGreen'],
  ['canary-enabled', 'canary', 'Canary'],
] as const)('%s', (id, field, name) => {
  test.each(TRUE_WORDS)('flags enable: %s', (word) => {
    const [hit, ...others] = hitsInSpec(id, `${field}: {enable: ${word}}`);
    expect(others).toEqual([]);
    expect(hit?.path).toEqual(['spec', field, 'enable']);
    expect(hit?.message).toBe(`spec.${field}.enable is true, and the operator refuses to convert an installation with ${name} enabled.`);
  });

  test.each(FALSE_WORDS)('lets enable: %s be', (word) => {
    expect(hitsInSpec(id, `${field}:\n  enable: ${word}\n  note: x`)).toEqual([]);
  });

  test.each(['{}', '', '{deployment: {image: mattermost}}'])('lets a block without enable be: %s', (block) => {
    expect(hitsInSpec(id, `${field}: ${block}`)).toEqual([]);
  });

  test('lets an installation without the block be', () => {
    expect(hitsInSpec(id, 'ingressName: chat.example.com')).toEqual([]);
  });

  test.each(UNDECIDED)('never takes enable: %s for off', (value) => {
    const [hit] = hitsInSpec(id, `${field}:\n  enable: ${value}`);
    expect(hit?.path).toEqual(['spec', field, 'enable']);
    expect(hit?.message).toContain('may');
    expect(hit?.remedy).toContain(`If it is off, remove spec.${field}.`);
  });

  test('never takes a block that is filled in later for off', () => {
    const [hit] = hitsInSpec(id, `${field}: \${BLOCK}`);
    expect(hit?.path).toEqual(['spec', field]);
  });

  test('sees a value that comes in through a merge key', () => {
    expect(hitsInSpec(id, `elasticSearch: &e {enable: true}\n${field}: {<<: *e}`)).toHaveLength(1);
  });
});

describe('blue-green-enabled', () => {
  const blocks = 'blue: {image: mm/blue, version: 9.11.3}\n  green: {image: mm/green, version: 9.11.1, resourceLabels: {a: b}}';

  test.each([
    ['blue', 'set spec.image to mm/blue, spec.version to 9.11.3, and remove'],
    ['GREEN', 'set spec.image to mm/green, spec.version to 9.11.1, spec.resourceLabels to spec.blueGreen.green.resourceLabels, and remove'],
  ])('says what production (%s) runs', (colour, remedy) => {
    const [hit] = hitsInSpec('blue-green-enabled', `blueGreen:\n  enable: true\n  productionDeployment: ${colour}\n  ${blocks}`);
    expect(hit?.remedy).toContain(remedy);
  });

  test.each(['purple', '${COLOUR}', ''])('says no more than the manifest does when production is %j', (colour) => {
    const [hit] = hitsInSpec('blue-green-enabled', `blueGreen:\n  enable: true\n  productionDeployment: ${colour}\n  ${blocks}`);
    expect(hit?.remedy).toContain('those of the block that is in production');
  });
});

describe('canary-enabled', () => {
  test.each([
    ['', 'chat-canary'],
    ['deployment: {name: chat-next}', 'chat-next'],
  ])('names what stays behind: %s', (deployment, name) => {
    const [hit] = hitsInSpec('canary-enabled', `canary:\n  enable: true\n  ${deployment}`);
    expect(hit?.remedy).toContain(`delete Deployment, Service and Ingress ${name} by hand`);
  });
});

describe('disabled-feature-dropped', () => {
  test('notes each block that is switched off', () => {
    const hits = hitsInSpec('disabled-feature-dropped', 'blueGreen: {enable: off}\ncanary: {}');
    expect(hits.map(({ path }) => path)).toEqual([
      ['spec', 'blueGreen'],
      ['spec', 'canary'],
    ]);
  });

  test.each(['blueGreen: {enable: true}', 'blueGreen: {enable: "${X}"}', 'ingressName: chat.example.com'])(
    'keeps quiet about %s',
    (spec) => {
      expect(hitsInSpec('disabled-feature-dropped', spec)).toEqual([]);
    },
  );
});
