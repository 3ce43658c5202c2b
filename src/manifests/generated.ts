import type { Generated } from '../model/installation.ts';

/** A document of a file. */
interface DocumentOfFile {
  readonly file: string;
  /** The text of the file, and where the document starts in it. */
  readonly text: string;
  readonly start: number;
}

/** Whether a program writes a document: null where nothing shows that. `exists` tells whether there is a file. */
export function generatedBy({ file, text, start }: DocumentOfFile, exists: (file: string) => boolean): Generated | null {
  const comment = [...commentsAt(text, 0), ...(start === 0 ? [] : commentsAt(text, start))].find((each) => SAYS_SO.test(each));
  if (comment !== undefined) return { file, evidence: `a comment says ${JSON.stringify(shortened(comment))}` };
  const program = file.endsWith('.k8s.yaml') ? cdk8sAbove(file, exists) : null;
  return program === null ? null : { file, evidence: `it is the output of cdk8s (${program})` };
}

/** The banners of generators, and what `helm template` puts over each document. */
const SAYS_SO =
  /\bdo not (?:edit|modify|change)\b|@generated\b|\b(?:this|the) (?:file|manifest) (?:is|was|has been) (?:auto(?:matically)?[- ]?)?generated\b|\bauto-?generated\b|^Source: \S+\/templates\/\S+$/i;

/** A line that stands before the content of a document: a comment, a mark, a directive, or nothing. */
const BEFORE_CONTENT = /[ \t]*(?:#(.*)|---[ \t]*(?:#(.*))?|%.*)?\r?\n/y;

/** What the comments before the content of a document say. */
function commentsAt(text: string, start: number): string[] {
  const comments: string[] = [];
  const line = new RegExp(BEFORE_CONTENT);
  line.lastIndex = start;
  for (let match = line.exec(text); match !== null; match = line.exec(text)) comments.push((match[1] ?? match[2] ?? '').trim());
  return comments;
}

const LONGEST = 80;

const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text);

/** The `cdk8s.yaml` in a folder above a file. */
function cdk8sAbove(file: string, exists: (file: string) => boolean): string | null {
  const steps = file.split('/').slice(0, -1);
  for (let depth = steps.length; depth >= 0; depth -= 1) {
    const found = [...steps.slice(0, depth), 'cdk8s.yaml'].join('/');
    if (exists(found)) return found;
  }
  return null;
}
