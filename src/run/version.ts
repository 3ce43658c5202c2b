import manifest from '../../package.json' with { type: 'json' };

/** The package's version. */
export const version: string = manifest.version;

/** Where the repository keeps the page of each rule, as this version has it. */
export const rulePages = `${manifest.repository.url.replace(/^git\+|\.git$/g, '')}/blob/v${version}/docs/rules`;
