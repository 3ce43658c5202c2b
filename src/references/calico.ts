import { isScalar, valueAt } from '../model/value.ts';
import type { Path, ValueMap } from '../model/value.ts';
import { NEW } from '../operator/fields.ts';
import type { ResourceContext } from './resource-context.ts';
import { extendedAt, extending } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import { written } from './written.ts';

/** Policies of Calico, which select by expressions. */
export const calico = written(
  {
    id: 'calico',
    found: 'Selectors of policies of Calico, by the labels that the operator gives to pods.',
    example: `apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata:
  name: chat
spec:
  selector: v1alpha1.mattermost.com/installation == 'chat'
`,
    written: {
      prepare: 'an expression selects what it did, or the same by the new labels; one that says what is *not* selected stays',
      finish: 'what selects by the old labels goes',
    },
  },
  {
    owns: ({ referent, resource }) => referent === 'label' && /^(?:crd\.)?projectcalico\.org\//.test(resource.apiVersion),
    plan: ({ resource, path }, stage, context) => {
      const how = extending(stage);
      return how === null || path.at(-1) !== 'selector' ? null : planSelector(resource.value, path, how, context);
    },
  },
);

const OLD_LABEL = /(?<![\w./-])v1alpha1\.mattermost\.com(?=\/(?:installation|resource)(?![\w-]))/g;

/** What is not selected would be selected by the other half of an alternative. */
const NEGATION = /!|\bnot\b/;

function planSelector(value: ValueMap, path: Path, how: 'extend' | 'finish', context: ResourceContext): ResourcePlan | null {
  const scalar = valueAt(value, path);
  if (!isScalar(scalar) || NEGATION.test(scalar.text) || /-(?:blue|green|canary)\b|\$/.test(scalar.text)) return null;
  const text = how === 'extend' ? both(scalar.text, value, context) : renewedHalf(scalar.text);
  if (text === null) return null;
  return extendedAt(how, { op: 'set', path, text, string: true });
}

const either = (old: string): string => `(${old}) || (${old.replaceAll(OLD_LABEL, NEW.group)})`;

function both(text: string, value: ValueMap, { fateBeside }: ResourceContext): string | null {
  const names = [...text.matchAll(/\/(?:installation|resource)\s*==\s*(["'])([^"']*)\1/g)].map(([, , name = '']) => name);
  const stays = (names.length === 0 ? [null] : names).some((name) => fateBeside(name, value).converted === 'none');
  return stays ? null : either(text);
}

/** The second half of an expression of both, where the first says the same by the old labels. */
function renewedHalf(text: string): string | null {
  for (let at = text.indexOf(') || ('); at > 0; at = text.indexOf(') || (', at + 1)) {
    const old = text.slice(1, at);
    if (text === either(old)) return old.replaceAll(OLD_LABEL, NEW.group);
  }
  return null;
}
