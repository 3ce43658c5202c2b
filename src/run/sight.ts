import { isAbout } from '../rules/settings.ts';
import type { Answer, Settings } from '../rules/settings.ts';
import { NEW, OLD } from '../operator/fields.ts';
import type { Discovery } from '../repo/discover.ts';
import type { Skipped } from '../repo/tree.ts';
import type { Report } from '../report/report.ts';
import { installationId } from '../model/installation.ts';
import { parseRelease } from '../operator/releases.ts';
import { nearest } from '../operator/suggest.ts';
import { groupBy } from '../model/group.ts';
import { count } from '../report/findings.ts';

/** Answers of the user that are about no installation, most likely for a slip in a name; in lines. */
export function unusedAnswers({ databases, fileStores }: Settings, { installations, summary }: Report, isWhole: boolean): string[] {
  // They may be about what was not chosen.
  if (summary.notChosen > 0) return [];
  // What a configuration says may be about what lies outside of the given paths.
  const asked = (answer: Answer): boolean => isWhole || answer.origin?.startsWith('the --') === true;
  const unused = [...databases, ...fileStores].filter((answer) => asked(answer) && !installations.some((each) => isAbout(answer, each)));
  return unused.map(({ namespace, name, origin }) => {
    const who = namespace === null ? name : `${namespace}/${name}`;
    return `the answer about ${who} in ${origin ?? 'the settings'} is about no installation that was found${didYouMean(who, installations)}`;
  });
}

/** `; did you mean mattermost/chat?`, where an installation that was found is called nearly so, or like it in another namespace. */
export function didYouMean(who: string, installations: Report['installations']): string {
  const ids = [...new Set(installations.map(installationId))];
  const names = new Map(installations.map((each) => [each.name, installationId(each)]));
  const name = who.slice(who.indexOf('/') + 1);
  const near = nearest(who, ids) ?? names.get(nearest(name, [...names.keys()]) ?? '');
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** Globs of the configuration that match nothing; a part of a repository does not tell. */
export function idleGlobs({ idle, isWhole }: Pick<Discovery, 'idle' | 'isWhole'>): string[] {
  return isWhole ? (idle ?? []).map((glob) => `ignore in the configuration: ${glob} matches no file`) : [];
}

/** A release that came after what ci2mm knows of its line is judged as the newest that it knows. */
export function unknownPatch({ target, crd }: Pick<Settings, 'target' | 'crd'>): string[] {
  const known = parseRelease(`${target.major}.${target.minor}`);
  if (crd !== null || known === null || target.patch <= known.patch) return [];
  return [
    `target ${target.version} is not known, and taken for ${known.version}, the newest known release of ${target.major}.${target.minor}`,
  ];
}

/** What a run looked at, for people who wonder why it has found nothing, or not all; in lines. */
export function sightOf(
  { root, files, excluded, listed }: Discovery,
  skipped: readonly Skipped[],
  { report: { stage, summary } }: { readonly report: Report },
): string[] {
  const closed = skippedBy(skipped.filter(({ code }) => code === 'unreadable-elsewhere'));
  const missing = skipped.filter(({ code }) => code === 'not-checked-out');
  const unseen = [
    ...closed,
    ...(missing.length === 0
      ? []
      : [`${count(missing.length, 'manifest')} ${are(missing.length)} not checked out (sparse checkout) and not looked at`]),
  ];
  if (summary.installations + summary.notChosen > 0) return unseen;
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
