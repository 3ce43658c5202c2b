/**
 * ajv's code for the schemas of both kinds, compiled ahead of time so that the published program need not load ajv. `build.js` bundles and
 * runs this module, as Node 20 can't import TypeScript.
 */
import standalone from 'ajv/dist/standalone/index.js';
import { ajvWith, idOf } from '../src/operator/compile.ts';
import { schemaOf } from '../src/operator/schemas.ts';

const kinds = ['ClusterInstallation', 'Mattermost'];

/** A module of the same shape as src/operator/compiled.ts. */
export function validatorModule() {
  const ajv = ajvWith(Object.fromEntries(kinds.map((kind) => [kind, schemaOf(kind)])), { source: true, esm: true });
  const code = standalone.default(ajv, Object.fromEntries(kinds.map((kind) => [kind, idOf(kind)])));
  return `${withoutUnread(code)}\nexport const validatorOf = (kind) => (kind === 'Mattermost' ? Mattermost : ClusterInstallation);\n`;
}

/** ajv's code names places in the schema and hands parents around, a third of it, which no schema without custom keywords reads. */
function withoutUnread(code) {
  return code
    .replaceAll(/,schemaPath:"[^"]*"/g, '')
    .replaceAll(/,parentData:\w+,parentDataProperty:(?:"[^"]*"|\w+),rootData\}/g, '}')
    .replaceAll(', parentData, parentDataProperty, rootData=data}', '}');
}
