import type { InstallationReport, Report } from './report.ts';
import { installationId } from '../model/installation.ts';

/** What formats that know nothing but findings call an installation that can be converted. No rule of ci2mm: nothing is wrong with it. */
export const CONVERTIBLE = {
  id: 'convertible-installation',
  level: 'note',
  summary: 'A ClusterInstallation can be converted to a Mattermost.',
  explanation:
    'ClusterInstallation is the old kind of the Mattermost Operator; operator 2.0 no longer knows it. Nothing keeps this one from being converted, ' +
    'and `ci2mm convert` prints the change.',
  remedy: 'Run ci2mm convert --write, or apply the fix, and roll the result out as the warnings beside it say.',
} as const;

/** Installations that nothing blocks. */
export const convertibles = ({ installations }: Report): InstallationReport[] => installations.filter(({ status }) => status !== 'blocked');

export const convertibleMessage = (installation: InstallationReport): string =>
  `ClusterInstallation ${installationId(installation)} can be converted to a Mattermost.`;
