/** The file that a manifest names relative to itself, in the terms of `Resource.file`; null for a URL or an absolute path. */
export function fileBeside(manifest: string, relative: string): string | null {
  if (relative.startsWith('/') || relative.includes('://')) return null;
  const absolute = manifest.startsWith('/') ? '/' : '';
  const directory = manifest.split('/').slice(0, -1);
  return absolute + [...directory, ...relative.split('/')].reduce(step, []).join('/');
}

/** `..` at the top is kept: whoever reads the file decides how far out is too far. */
function step(path: string[], segment: string): string[] {
  if (segment === '' || segment === '.') return path;
  if (segment === '..' && path.length > 0 && path.at(-1) !== '..') return path.slice(0, -1);
  return [...path, segment];
}
