import type { Refusal } from '../model/edit.ts';
import { sameValue } from '../model/same.ts';
import { afterOperations } from '../yaml/meaning.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { parseDocument } from '../yaml/document.ts';
import { entryLines } from '../yaml/print.ts';
import { EditRefused } from '../yaml/refused.ts';
import { dominantEol, isJson } from '../yaml/text.ts';
import { finish, operatedApart, startDraft } from './draft.ts';
import type { AddedDocument, BesideTask, TwinTask } from './task.ts';

/** The text of what is to follow a document; or why it can't. */
export function behind(document: ParsedDocument, task: TwinTask | BesideTask): string | Refusal {
  if (isJson(document.text)) return { code: 'post-json', message: 'JSON has no room for a second document', offset: 0 };
  const eol = dominantEol(document.text);
  try {
    const added =
      'twin' in task ? [{ text: twinText(document, task, eol), why: task.why }] : task.beside.map((each) => writtenAnew(each, eol));
    const all = added.map(({ text, why }) => `---${eol}# ${why}${eol}${text.replace(/[\r\n]+$/, '')}`).join(eol);
    return document.text.endsWith('\n') ? all + eol : eol + all;
  } catch (error) {
    if (error instanceof EditRefused) return error.refusal;
    throw error;
  }
}

function twinText(document: ParsedDocument, { twin }: TwinTask, eol: string): string {
  const content = parseDocument(withoutHead(document.text, eol));
  const expected = afterOperations(content.shape ?? new Map(), twin);
  return finish(twin.reduce(operatedApart, startDraft(content)), expected).text;
}

/** A document for a value, read again. Throws EditRefused. */
function writtenAnew({ value, why }: AddedDocument, eol: string): { readonly text: string; readonly why: string } {
  const text = [...value].flatMap(([key, child]) => entryLines(key, child, 2)).join(eol) + eol;
  const { shape, problems } = parseDocument(text);
  if (problems.length > 0 || shape === null || !sameValue(shape, value))
    throw new EditRefused('post-value', 'a document written anew would not mean what was intended', 0);
  return { text, why };
}

/** What stands over the content of a document is said once: its mark and comments. */
const withoutHead = (text: string, eol: string): string => {
  const body = text.replace(/^(?:(?:---[ \t]*)?(?:#.*)?\r?\n|[ \t]*#.*\r?\n)*/, '');
  return body.endsWith('\n') ? body : body + eol;
};
