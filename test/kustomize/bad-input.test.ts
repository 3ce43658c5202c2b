import { describe, expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { binaries as programs, tree } from '../proof/harness.ts';

/** A family that is in order, beside one that is not. */
const RIGHT = {
  'right/kustomization.yaml': 'resources: [chat.yaml]\n',
  'right/chat.yaml':
    'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: right}\nspec: {ingressName: right.example.com}\n',
};
const WRONG = {
  'base/kustomization.yaml': 'resources: [chat.yaml]\n',
  'base/chat.yaml':
    'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: wrong}\nspec: {ingressName: wrong.example.com}\n',
};

interface Row {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly tells: RegExp;
  /** When the program itself has to say it. */
  readonly built?: true;
}

const over = (text: string): Row['files'] => ({ ...WRONG, 'over/kustomization.yaml': text });

const ROWS: readonly Row[] = [
  {
    name: 'a kustomization that is no YAML',
    files: over('resources: [../base\npatches: ]\n'),
    tells: /^over\/kustomization.yaml: This kustomization can not be read: /,
  },
  {
    name: 'a kustomization that is a list',
    files: over('- ../base\n'),
    tells: /^over\/kustomization.yaml: This kustomization can not be read: /,
  },
  {
    name: 'a field that no kustomize knows',
    files: over('resources: [../base]\npatch: []\n'),
    tells: /^over\/kustomization.yaml: kustomize knows no field patch/,
  },
  {
    name: 'a missing resource',
    files: over('resources: [../base, gone.yaml]\n'),
    tells: /^over\/kustomization.yaml: gone.yaml is neither a file nor a directory/,
  },
  {
    name: 'a missing patch',
    files: over('resources: [../base]\npatches: [{path: gone.yaml}]\n'),
    tells: /^over\/kustomization.yaml: .*gone.yaml/,
  },
  {
    name: 'a directory above the repository',
    files: over('resources: [../base, ../../elsewhere]\n'),
    tells: /^over\/kustomization.yaml: ..\/..\/elsewhere lies outside of the repository/,
  },
  {
    name: 'a cycle of two',
    files: { ...over('resources: [../base, ../other]\n'), 'other/kustomization.yaml': 'resources: [../over]\n' },
    tells: /kustomization.yaml: ..\/\w+ leads back to /,
  },
  {
    name: 'a kustomization that includes what holds it',
    files: {
      ...over('resources: [../base]\n'),
      'base/inner/kustomization.yaml': 'resources: [..]\n',
      'base/kustomization.yaml': 'resources: [chat.yaml, inner]\n',
    },
    tells: /base\/(?:inner\/)?kustomization.yaml: .* (?:holds this kustomization itself|leads back to)/,
  },
  {
    name: 'two kustomizations in one directory',
    files: { ...over('resources: [../base]\n'), 'base/kustomization.yml': 'resources: []\n' },
    tells: /^over\/kustomization.yaml: ..\/base holds more than one kustomization file/,
  },
  {
    name: 'a component among resources',
    files: {
      ...over('resources: [../base, ../part]\n'),
      'part/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n',
    },
    tells: /^over\/kustomization.yaml: part\/kustomization.yaml is a Component and stands where/,
  },
  {
    name: 'a patch that fits nothing',
    files: over(
      'resources: [../base]\npatchesStrategicMerge:\n- |-\n  apiVersion: mattermost.com/v1alpha1\n  kind: ClusterInstallation\n  metadata: {name: nobody}\n',
    ),
    tells: /^over\/kustomization.yaml: the patch fits no resource/,
  },
  {
    name: 'a target that is no pattern',
    files: over(
      'resources: [../base]\npatches:\n- target: {kind: ClusterInstallation, name: "["}\n  patch: \'[{"op": "remove", "path": "/spec/size"}]\'\n',
    ),
    tells: /^over\/kustomization.yaml: this pattern can not be read/,
  },
  {
    name: 'an operation that finds nothing',
    files: over(
      'resources: [../base]\npatches:\n- target: {kind: ClusterInstallation}\n  patch: \'[{"op": "remove", "path": "/spec/size"}]\'\n',
    ),
    tells: /^over\/kustomization.yaml: remove finds nothing at \/spec\/size/,
  },
  {
    name: 'a generator without its file',
    files: over('resources: [../base]\nconfigMapGenerator: [{name: settings, files: [gone.txt]}]\n'),
    tells: /^over\/kustomization.yaml: This kustomization does not build today: .*gone.txt.* no such file/,
    built: true,
  },
  {
    name: 'a resource that is no object',
    files: { ...over('resources: [../base, words.yaml]\n'), 'over/words.yaml': 'just: words\n' },
    tells: /^over\/kustomization.yaml: This kustomization does not build today: /,
    built: true,
  },
];

const [program] = programs.toReversed();

describe.each(ROWS)('$name', ({ files, tells, built }) => {
  test.each(built === true ? ['always' as const] : ['never' as const, 'always' as const])(
    'is told and stops nothing else, prove: %s',
    async (prove) => {
      const cwd = tree({ ...RIGHT, ...files });
      const { findings, changes, summary } = await convertRepository({
        cwd,
        prove,
        ...(program === undefined ? {} : { kustomize: program.program }),
      });
      const errors = findings.filter(({ level }) => level === 'error').map(({ file, message }) => `${file}: ${message}`);
      expect(errors.filter((line) => tells.test(line))).toHaveLength(1);
      expect(changes.map(({ file }) => file)).toEqual(['right/chat.yaml']);
      expect(summary.convertible).toBe(1);
    },
  );
});
