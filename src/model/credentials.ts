/** Names of fields whose values are credentials, or texts in which some may stand; a longer name may end so. Names of Secrets are none. */
export const CREDENTIAL_NAMES = [
  'password|passwd|passphrase|pwd|pw',
  '(?:access|secret|api|private|encryption|signing)[-_]?keys?',
  '(?:app|auth|client|consumer|hmac|jwt|oauth|session|shared|signing|webhook)[-_]?secrets?|secret[-_]?key[-_]?base|cookies?|webhook[-_]?urls?',
  'tokens?|credentials?|authorization|connection[-_]?string|data[-_]?source|dsn',
  'snippet|last-applied-configuration',
].join('|');

/** What credentials look like, wherever they stand. */
const FORMS = [
  String.raw`(?<=:\/\/)[^\s"']*@`,
  String.raw`(?<![\w.-])[\w.-]+:[^\s"'@]+@\w*\(`,
  String.raw`(?<=(?:${CREDENTIAL_NAMES}|secret|signature)["']?[ \t]*=[ \t]*)[^\s=]`,
  String.raw`(?<=\bauthorization["']?[\s:=]+)[^\s:=]`,
  String.raw`(?<=\b(?:bearer|basic)[ \t]+)[\w+/.~=-]{6,}`,
  String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\beyJ[\w-]{8,}\.|\b(?:gh[a-z]|glpat|github_pat|xox[a-z])[-_][\w-]{8,}`,
  String.raw`(?<=\bhooks\.[\w.-]+\/)\S`,
].join('|');

const CREDENTIAL = new RegExp(FORMS, 'i');

/** The first line of a key in a text of several. */
export const startsKey = (text: string): boolean => /-----BEGIN [A-Z ]*KEY/.test(text);

/** Where the first credential of a text begins, by what it looks like; -1 where there is none. */
export const credentialIn = (text: string): number => text.search(CREDENTIAL);

/** A text of our own, in which something from a file is quoted: no URL in it names a user or password. */
export const withoutCredentials = (text: string): string => text.replaceAll(/(?<=:\/\/)[^\s"'/]*@/g, '***@');
