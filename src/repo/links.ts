import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { isInside, lookAt, toFile } from './tree.ts';

/** Where paths of a tree really lead. Most lead through no link, and directories are looked at once. */
export class Links {
  readonly #root: string;
  /** By directory, where it really is; null out of the tree, undefined where nothing is. */
  readonly #directories = new Map<string, string | null | undefined>([['', '']]);

  /** @param root absolute */
  constructor(root: string) {
    this.#root = root;
  }

  /** The path with links followed, relative to the root; null where it leads out of the tree. One that leads nowhere stays as it is. */
  real(path: string): string | null {
    const found = this.#directories.has(path) ? this.#directories.get(path) : this.#lookUp(path);
    return found === undefined ? path : found;
  }

  #lookUp(path: string): string | null | undefined {
    const slash = path.lastIndexOf('/');
    const above = this.#directory(path.slice(0, Math.max(slash, 0)));
    if (above === undefined || above === null) return above;
    const direct = above === '' ? path.slice(slash + 1) : `${above}/${path.slice(slash + 1)}`;
    const stats = lookAt(join(this.#root, direct));
    if (stats === undefined) return undefined;
    return stats.isSymbolicLink() ? this.#follow(direct) : direct;
  }

  #directory(path: string): string | null | undefined {
    if (!this.#directories.has(path)) this.#directories.set(path, this.#lookUp(path));
    return this.#directories.get(path);
  }

  #follow(link: string): string | null | undefined {
    try {
      const target = realpathSync.native(join(this.#root, link));
      return isInside(this.#root, target) ? toFile(this.#root, target) : null;
    } catch {
      return undefined;
    }
  }
}
