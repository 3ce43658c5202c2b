import { branchingOf, countOfWays, keepsVariables, waysThrough } from '../charts/ways.ts';
import { maskTemplate } from '../charts/mask.ts';
import type { Template } from '../charts/mask.ts';
import { isInstallation } from '../manifests/read.ts';
import { sameValue } from '../model/same.ts';
import { isMap, isScalar, stringAt, stringScalar, valueAt } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { withoutMetadata } from '../operator/convert.ts';
import { withoutEmpty } from '../operator/equivalent.ts';
import { NEW } from '../operator/fields.ts';
import { applyMerges, parseDocument, splitDocuments } from '../yaml/document.ts';
import type { FamilyAssessment } from './assess-family.ts';

/** Characters that are read at most to see that an edited template holds whatever its conditions are. */
const MOST_READ = 8_000_000;

/** A template of a chart before and after an edit, both masked. */
export interface EditedTemplate {
  readonly template: Template;
  readonly after: string;
}

/**
 * Why an edited template would not mean what it should; null where it does. Whichever of its conditions hold, every installation must have become the
 * conversion of what it was under the same conditions, and all else must have stayed. This reads the text alone: what actions write is not known here,
 * and is the same before and after.
 */
export function templateFault({ template, after }: EditedTemplate, families: readonly FamilyAssessment[]): string | null {
  const before = branchingOf(template.masked, template);
  const now = branchingOf(after, template);
  if (before === null || now === null) return 'conditions of the template would be torn apart';
  if (!keepsVariables(template.masked, after, template)) return 'a variable of the template would be set at another place';
  if (!isWrittenWell(template, after)) return 'the numbers of indent and nindent can not follow the lines that move';
  if (countOfWays(before.blocks) * template.masked.length > MOST_READ)
    return 'the template holds too many conditions to try each with each other';
  for (const way of waysThrough(before.blocks)) {
    const found = faultOf(before.text(way), now.text(way), families);
    if (found !== null) return found;
  }
  return null;
}

function faultOf(before: string, after: string, families: readonly FamilyAssessment[]): string | null {
  const [then, now] = [valuesOf(before), valuesOf(after)];
  if (then === null) return 'some of its conditions leave a text that is no YAML';
  if (now === null || now.length !== then.length) return 'the result would be no YAML under some of its conditions';
  const differs = then.some((value, index) => !isExpected(value, now[index] ?? value, families));
  return differs ? 'what a condition encloses, or leaves out, decides how the rest is converted' : null;
}

/** The data of each document that has any; null where one can't be read. */
function valuesOf(text: string): Value[] | null {
  const read = splitDocuments(text).map(({ start, end }) => parseDocument(text.slice(start, end)));
  return read.some(({ problems }) => problems.length > 0)
    ? null
    : read.flatMap(({ shape }) => (shape === null ? [] : [applyMerges(shape)]));
}

function isExpected(then: Value, now: Value, families: readonly FamilyAssessment[]): boolean {
  if (!isMap(then) || !isMap(now)) return sameValue(then, now);
  const expected = isInstallation({ apiVersion: stringAt(then, ['apiVersion']) ?? '', kind: stringAt(then, ['kind']) ?? '' })
    ? expectedOf(then, families)
    : null;
  return expected === null ? sameValue(then, now) : sameValue(withoutEmpty(expected), withoutEmpty(now));
}

/** What becomes of an installation under some conditions; null for one that stays. */
function expectedOf(installation: ValueMap, families: readonly FamilyAssessment[]): ValueMap | null {
  const name = nameIn(installation);
  for (const { roots, expectedFor, frames } of families) {
    const variant = roots.find(({ built }) => nameIn(built) === name);
    if (variant !== undefined)
      return frames.get(variant)?.isWhole === true ? withNewHeader(installation) : expectedFor(variant, installation).expected;
  }
  return null;
}

/** What a template becomes whose spec stands in values. */
const withNewHeader = (installation: ValueMap): ValueMap =>
  new Map<string, Value>([
    ...withoutMetadata(installation),
    ['apiVersion', stringScalar(NEW.apiVersion)],
    ['kind', stringScalar(NEW.kind)],
  ]);

/** Each action of a template has a mark of its own, so that names tell installations apart. */
function nameIn(value: ValueMap): string | null {
  const name = valueAt(value, ['metadata', 'name']);
  return isScalar(name) ? name.text : null;
}

/** Whether the template that is written can be read as the edited text was: what lines an action writes stand where it says. */
function isWrittenWell(template: Template, after: string): boolean {
  const read = maskTemplate(template.restore(after));
  return 'masked' in read && withoutMarks(read.masked) === withoutMarks(after);
}

/** Without what tells one mark from another, and the blanks that fill it up. */
const withoutMarks = (text: string): string => text.replaceAll(/([\uE000-\uE002])[0-9a-z]+[_~]*/g, '$1');
