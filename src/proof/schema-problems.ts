import { stringAt } from '../model/value.ts';
import { NEW } from '../operator/fields.ts';
import { validate } from '../operator/validate.ts';
import type { Settings } from '../rules/settings.ts';
import type { Expectation } from './compare.ts';

/** What a Mattermost gets wrong by the schema of the target; nothing where the user has given a definition of his own. */
export const schemaProblemsBy =
  ({ crd, target }: Pick<Settings, 'crd' | 'target'>): Expectation['problems'] =>
  (object) =>
    crd === null && stringAt(object, ['kind']) === NEW.kind ? validate(NEW.kind, object, target) : [];
