import { groupBy } from '../model/group.ts';
import type { Edit } from '../model/edit.ts';
import { parseDocument, splitDocuments } from '../yaml/document.ts';
import type { OpenDocument } from '../manifests/places.ts';
import { rewriteDocument } from './document.ts';
import type { OptionsFor } from './fragment.ts';
import { addsDocuments } from './task.ts';
import type { FileRefusal, FileRewrite, Task } from './task.ts';
import { behind } from './twin.ts';

export type { OptionsFor } from './fragment.ts';
export type { FileRefusal, FileRewrite, Task } from './task.ts';

/**
 * Rewrites what is to be rewritten in one file, and nothing else: each document that changes is read again and must mean what is expected of
 * its tasks, and what it meant before everywhere else. What can't be done is refused, and the rest is done; who needs all or nothing looks
 * at what was refused. Never throws. One document is open at a time; `documentAt` gives those of a file that is split already.
 */
export function rewriteFile(
  text: string,
  tasks: readonly Task[],
  optionsFor: OptionsFor,
  documentAt: (index: number) => OpenDocument = documentsOf(text),
): FileRewrite {
  const regions: Edit[] = [];
  const droppedComments: string[] = [];
  const refused = new Map<Task, FileRefusal>();
  for (const [index, own] of groupBy(tasks, ({ at }) => at.document)) {
    const { document, start } = documentAt(index);
    for (const task of own.filter(addsDocuments)) {
      const made = behind(document, task);
      if (typeof made === 'string') regions.push({ start: start + document.text.length, end: start + document.text.length, text: made });
      else refused.set(task, { at: task.at, offset: start, refusal: made });
    }
    if (own.some((each) => 'gone' in each)) {
      regions.push({ start, end: start + document.text.length, text: '' });
      continue;
    }
    const result = rewriteDocument(
      document,
      own.filter((each) => !addsDocuments(each)),
      { optionsFor, rewriteText: (inner, each) => rewriteFile(inner, each, optionsFor) },
    );
    for (const [task, { place, refusal }] of result.refused) refused.set(task, { at: task.at, offset: start + place, refusal });
    droppedComments.push(...result.droppedComments);
    if (result.text !== document.text) regions.push({ start, end: start + document.text.length, text: result.text });
  }
  return { regions: regions.sort((a, b) => a.start - b.start || a.end - b.end), droppedComments, refused };
}

function documentsOf(text: string): (index: number) => OpenDocument {
  const ranges = splitDocuments(text);
  return (index) => {
    const { start, end } = ranges[index] ?? { start: 0, end: 0 };
    return { document: parseDocument(text.slice(start, end)), start };
  };
}
