import type { Path } from '../model/value.ts';
import { CONTAINERS, FIELDS, MODERN_INGRESS } from '../operator/fields.ts';

/** Where a field of the converted manifest stands in the installation: what a hit about it points at. */
export function originOf(path: Path): Path {
  const moves = [...FIELDS, ...INGRESS, ...CONTAINERS];
  const found = moves.find(({ to }) => to !== null && startsWith(path, to));
  return found?.to ? [...found.from, ...path.slice(found.to.length)] : path;
}

const INGRESS = MODERN_INGRESS.map(({ from, to }) => ({ from: ['spec', from], to: ['spec', 'ingress', to] }));

const startsWith = (path: Path, start: Path): boolean => start.every((step, index) => path[index] === step);
