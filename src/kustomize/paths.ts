/** The directory of a file; empty for the root. */
export const directoryOf = (file: string): string => file.slice(0, Math.max(file.lastIndexOf('/'), 0));

/** A path relative to a directory, in root-relative form; null when it is absolute or leaves the root. Empty for the root itself. */
export function resolveFrom(directory: string, relative: string): string | null {
  if (relative.startsWith('/')) return null;
  const steps = directory === '' ? [] : directory.split('/');
  for (const step of relative.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.pop() === undefined) return null;
  }
  return steps.join('/');
}

export const joined = (directory: string, name: string): string => (directory === '' ? name : `${directory}/${name}`);

/** The file that the key of a kustomization in a graph stands for: the part of an engine has a key of its own. */
export const fileOfKey = (key: string): string => key.split('\0')[0] ?? key;

/** Whether a directory is another one or lies above it. */
export const holds = (directory: string, other: string): boolean =>
  directory === '' || other === directory || other.startsWith(`${directory}/`);

/** What kustomize would fetch: a URL, or a repository in one of git's short forms. */
export const looksRemote = (text: string): boolean =>
  /^[a-z][a-z+]*:\/\//i.test(text) ||
  /^(?:git::|gh:)/i.test(text) ||
  /^[^/\s]+@[^/\s]+[:/]/.test(text) ||
  /[?&](?:ref|version)=/.test(text) ||
  /^[\w-]+(?:\.[\w-]+)+\/.+/.test(text);
