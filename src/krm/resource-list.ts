import { decodeUtf8 } from '../yaml/text.ts';
import { KIND } from './list.ts';
import type { ListItem, ResourceList } from './list.ts';
import { listInPieces } from './pieces.ts';
import { wholeList } from './whole.ts';

/** Whether bytes may hold a ResourceList at all; quick. */
export const mentionsResourceList = (bytes: Buffer): boolean => bytes.includes(KIND);

/** Reads bytes that are one ResourceList and nothing else; a word on why they are none otherwise. */
export function readResourceList(bytes: Uint8Array): ResourceList | { readonly problem: string } {
  const text = decodeUtf8(bytes);
  if (text === null) return { problem: 'it is not UTF-8 text' };
  return listInPieces(text) ?? wholeList(text);
}

/** Kustomizations among the items: what they build is not what the items are. */
export const kustomizationsOf = ({ items }: ResourceList): ListItem[] =>
  items.filter(({ apiVersion }) => apiVersion.startsWith('kustomize.config.k8s.io/'));
