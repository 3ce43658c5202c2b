import type { Refusal } from '../model/edit.ts';
import { afterOperations } from '../yaml/meaning.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { parseDocument } from '../yaml/document.ts';
import { EditRefused } from '../yaml/refused.ts';
import { dominantEol, isJson } from '../yaml/text.ts';
import { finish, operatedApart, startDraft } from './draft.ts';
import type { TwinTask } from './task.ts';

/** The text of a document that follows another as its twin; or why there can be none. */
export function twinOf(document: ParsedDocument, { twin, why }: TwinTask): string | Refusal {
  if (isJson(document.text)) return { code: 'post-json', message: 'JSON has no room for a second document', offset: 0 };
  const eol = dominantEol(document.text);
  try {
    const content = parseDocument(withoutHead(document.text, eol));
    const expected = afterOperations(content.shape ?? new Map(), twin);
    const { text } = finish(twin.reduce(operatedApart, startDraft(content)), expected);
    return `${document.text.endsWith('\n') ? '' : eol}---${eol}# ${why}${eol}${text.replace(/[\r\n]+$/, '')}${document.text.endsWith('\n') ? eol : ''}`;
  } catch (error) {
    if (error instanceof EditRefused) return error.refusal;
    throw error;
  }
}

/** What stands over the content of a document is said once: its mark and comments. */
const withoutHead = (text: string, eol: string): string => {
  const body = text.replace(/^(?:(?:---[ \t]*)?(?:#.*)?\r?\n|[ \t]*#.*\r?\n)*/, '');
  return body.endsWith('\n') ? body : body + eol;
};
