import type { TemplateEngine } from '../model/template.ts';
import { commentsOf } from '../yaml/comments.ts';
import type { ParsedDocument } from '../yaml/document.ts';

/** The first mark of a template engine in a text. */
export interface TemplateMark {
  readonly engine: TemplateEngine;
  readonly offset: number;
  readonly length: number;
}

/**
 * The engine whose marks stand in the comments of a document that can be read, where ytt has all of its own, and where others may hide theirs
 * from YAML. Such comments say which lines there will be.
 */
export function markInComments(document: ParsedDocument): TemplateMark | null {
  if (!/#@|\{%/.test(document.text)) return null;
  for (const { text, offset } of commentsOf(document)) {
    if (YTT.test(text)) return { engine: 'ytt', offset, length: 2 };
    const action = text.indexOf('{%');
    if (action !== -1) return { engine: 'jinja', offset: offset + action, length: 2 };
  }
  return null;
}

/** `#@ code`, `#@data/values`, `#@overlay/match by=...`: a comment that ytt runs. */
const YTT = /^#@(?:[ \t]|[\w-]+\/[\w-]|$)/;

/** The engine whose marks keep a document from being read, or that makes a template of it whatever it looks like. */
export function markInText(text: string, isChartTemplate: boolean): TemplateMark | null {
  const braces = text.search(/\{\{|\{%/);
  if (braces !== -1) return { engine: isChartTemplate ? 'helm' : engineOfBraces(text), offset: braces, length: 2 };
  const ytt = /(?<=^|[ \t])#@(?:[ \t]|[\w-]+\/[\w-]|$)/m.exec(text);
  if (ytt !== null) return { engine: 'ytt', offset: ytt.index, length: 2 };
  const variable = BARE_VARIABLE.exec(text);
  return variable?.indices?.[1] === undefined
    ? null
    : { engine: 'shell', offset: variable.indices[1][0], length: variable[1]?.length ?? 0 };
}

/** A line that is nothing but a variable: what stands there is lines of YAML. */
const BARE_VARIABLE = /^[ \t]*(\$\{?\w+\}?)[ \t]*\r?$/dm;

function engineOfBraces(text: string): TemplateEngine {
  if (text.includes('{%')) return 'jinja';
  const actions = [...text.matchAll(/\{\{-?\s*([^}]*)/g)].map(([, action = '']) => action);
  if (actions.some((action) => HELM.test(action))) return 'helm-like';
  return actions.some((action) => GO.test(action)) ? 'go' : 'jinja';
}

const HELM = /(?<![\w.])[.$]+(?:Values|Release|Chart|Capabilities)\b|^\s*include\s+"/;

/** A field, a variable, a comment or a keyword of Go's, and the functions of gomplate that stand alone. */
const GO =
  /^(?:[.$("`]|\/\*|(?:if|else|end|range|with|define|block|template|printf|index|tmpl|tpl|include|getenv|ds|datasource|defineDatasource|file|env|conv|coll|strings)\b(?!\s*[|}]|\s*$)|(?:else|end)\b)/;
