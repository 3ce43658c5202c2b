/**
 * Refuses to publish what is not ready for it: placeholders in package.json, a tag of another version, a change log without it, or a
 * dependency at run time. `node scripts/release-check.js v1.2.3`
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What is in the way, in lines; nothing where all is well. */
export function obstacles(manifest, changelog, tag) {
  const { version, repository, homepage, bugs, dependencies = {} } = manifest;
  const addresses = { repository: repository?.url, homepage, bugs: bugs?.url };
  return [
    ...Object.entries(addresses)
      .filter(([, address]) => address === undefined || /OWNER|example\./.test(address))
      .map(([name, address]) => `${name} in package.json is a placeholder: ${address ?? 'missing'}`),
    ...(tag === `v${version}` ? [] : [`the tag ${tag} is not v${version}, the version in package.json`]),
    ...(changelog.includes(`\n## ${version}`) ? [] : [`CHANGELOG.md has no heading for ${version}`]),
    ...Object.keys(dependencies).map((name) => `${name} would be installed with the package, in which everything is bundled`),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
  const found = obstacles(JSON.parse(read('package.json')), read('CHANGELOG.md'), process.argv[2] ?? '');
  for (const obstacle of found) process.stderr.write(`release-check: ${obstacle}\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
