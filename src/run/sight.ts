import { isAbout } from '../rules/settings.ts';
import type { Answer, Settings } from '../rules/settings.ts';
import { NEW, OLD } from '../operator/fields.ts';
import type { Discovery } from '../repo/discover.ts';
import type { Skipped } from '../repo/tree.ts';
import type { Report } from '../report/report.ts';
import { groupBy } from '../model/group.ts';
import { count } from '../report/findings.ts';

/** Answers of the user that are about no installation, most likely for a slip in a name; in lines. */
export function unusedAnswers({ databases, fileStores }: Settings, { installations }: Report, isWhole: boolean): string[] {
  // What a configuration says may be about what lies outside of the given paths.
  const asked = (answer: Answer): boolean => isWhole || answer.origin?.startsWith('the --') === true;
  const unused = [...databases, ...fileStores].filter((answer) => asked(answer) && !installations.some((each) => isAbout(answer, each)));
  return unused.map(
    ({ namespace, name, origin }) =>
      `the answer about ${namespace === null ? name : `${namespace}/${name}`} in ${origin ?? 'the settings'} is about no installation that was found`,
  );
}

/** What a run looked at, for people who wonder why it has found nothing, or not all; in lines. */
export function sightOf(
  { root, files, excluded, listed }: Discovery,
  skipped: readonly Skipped[],
  { report: { stage, summary }, passedOver }: { readonly report: Report; readonly passedOver: number },
): string[] {
  const missing = skipped.filter(({ code }) => code === 'not-checked-out');
  const unseen =
    missing.length === 0
      ? []
      : [`${count(missing.length, 'manifest')} ${are(missing.length)} not checked out (sparse checkout) and not looked at`];
  const stays =
    passedOver === 0 ? [] : [`${count(passedOver, 'installation')} not chosen, ${passedOver === 1 ? 'stays' : 'stay'} as before`];
  if (summary.installations + passedOver > 0) return [...stays, ...unseen];
  const kind = stage === 'finish' ? NEW.kind : OLD.kind;
  const manifests = `${files.length + excluded.length} of them manifests, ${summary.filesScanned} searched for ${kind}`;
  const counted = listed.files === 0 || listed.by === 'bare' ? [] : [manifests, ...skippedBy(skipped)];
  return [[`no ${kind} found: ${whereOf(root, listed)}`, ...counted].join('; '), ...unseen];
}

function whereOf(root: string, { paths, by, refusal, files }: Discovery['listed']): string {
  const shown = paths.length > MOST_PATHS ? [...paths.slice(0, MOST_PATHS), `${paths.length - MOST_PATHS} more`] : paths;
  const given = shown.length === 0 ? '.' : shown.join(', ');
  const lying = `${count(files, 'file')} ${files === 1 ? 'lies' : 'lie'} below ${given} in ${root}`;
  switch (by) {
    case 'git':
      return `git lists ${count(files, 'file')} below ${given} in ${root}${files === 0 ? ', and what it ignores is not looked at' : ''}`;
    case 'bare':
      return `${root} is a bare git repository, which holds no files; name a working tree`;
    case 'walk':
      return refusal === null ? `${lying}, which is no git repository` : `git could not be asked (${refusal}); ${lying}`;
  }
}

const MOST_PATHS = 3;

const are = (number: number): string => (number === 1 ? 'is' : 'are');

function skippedBy(skipped: readonly Skipped[]): string[] {
  return [...groupBy(skipped, ({ reason }) => reason)].map(
    ([reason, own]) => `${own[0]?.file}${own.length > 1 ? ` and ${own.length - 1} more` : ''} skipped: ${reason}`,
  );
}
