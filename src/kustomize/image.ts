import type { Path, Value } from '../model/value.ts';
import { compileGoRegExp } from './go-regexp.ts';
import { textOrEmpty } from './located.ts';

/** An entry of `images`: what to change of images of a name. Empty strings change nothing. */
export interface ImageChange {
  readonly name: string;
  readonly newName: string;
  readonly newTag: string;
  readonly digest: string;
}

export const readImageChange = (value: Value, path: Path = []): ImageChange => ({
  name: textOrEmpty(value, [...path, 'name']),
  newName: textOrEmpty(value, [...path, 'newName']),
  newTag: textOrEmpty(value, [...path, 'newTag']),
  digest: textOrEmpty(value, [...path, 'digest']),
});

/** What an image's text must be like to have a name. The name is a regular expression to kustomize, though nobody means it so. */
export const compileImage = (name: string): RegExp | null => compileGoRegExp(`${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?`);

/** An image with its name, tag or digest changed; a new tag or digest does away with both old ones. */
export function retagged(image: string, { newName, newTag, digest }: ImageChange): string {
  const parts = splitImage(image);
  const keeps = newTag === '' && digest === '';
  const tag = keeps ? parts.tag : newTag;
  const sum = keeps ? parts.digest : digest;
  return `${newName === '' ? parts.name : newName}${tag === '' ? '' : `:${tag}`}${sum === '' ? '' : `@${sum}`}`;
}

/** A colon before the first slash belongs to the port of a registry. */
function splitImage(image: string): { name: string; tag: string; digest: string } {
  const slash = Math.max(image.indexOf('/'), 0);
  const [, rest = '', tag = '', digest = ''] = /^([^:@]*)(?::([^@]*))?(?:@([^]*))?$/.exec(image.slice(slash)) ?? [];
  return { name: image.slice(0, slash) + rest, tag, digest };
}
