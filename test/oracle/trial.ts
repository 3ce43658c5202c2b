import { convertText } from '../../src/index.ts';
import type { ConvertOptions } from '../../src/index.ts';
import type { Answer, Operator, Question } from './operator.ts';

/** One manifest that ci2mm and the operator are given. */
export interface Trial {
  /** How to find it again. */
  readonly name: string;
  readonly text: string;
  /** What database Secrets hold that are not in the text. */
  readonly database: Question['database'];
  readonly modern: boolean;
}

/** What came of a trial: no difference, unless one is named. */
export interface Outcome {
  readonly trial: Trial;
  readonly state: 'converted' | 'blocked' | 'unchanged';
  /** The rules that blocked, for statistics. */
  readonly rules: readonly string[];
  readonly messages: readonly string[];
  readonly answer: Answer;
  readonly differences: readonly string[];
}

/** Converts a manifest and has the operator judge the result. */
export async function judge(trial: Trial, operator: Operator, target: string): Promise<Outcome> {
  const { text, database, modern } = trial;
  const options: ConvertOptions = { target, ingress: modern ? 'modern' : 'keep', ...(database !== '' && { assumeDatabase: database }) };
  const result = await convertText(text, options);
  const answer = await operator.ask({ before: text, after: result.text, database, modern });
  const errors = result.report.findings.filter(({ level }) => level === 'error');
  return {
    trial,
    state: result.text === null ? 'blocked' : result.text === text ? 'unchanged' : 'converted',
    messages: errors.map(({ rule, message }) => `${rule}: ${message}`),
    rules: [...new Set(errors.map(({ rule }) => rule))].sort(),
    answer,
    differences: mayBeAnything(text, answer) ? [] : answer.differences,
  };
}

/** A variable may come to be whatever makes the manifest valid. */
const mayBeAnything = (text: string, { installations }: Answer): boolean =>
  text.includes('${') && installations.some(({ state }) => state === 'rejected');
