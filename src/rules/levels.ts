import type { Finding } from '../model/finding.ts';
import type { Settings } from './settings.ts';

/** Findings with the levels that the user chose, without those of rules that are off. */
export function withLevels(findings: readonly Finding[], { levels }: Pick<Settings, 'levels'>): Finding[] {
  if (levels.size === 0) return [...findings];
  return findings.flatMap((finding) => {
    const level = levels.get(finding.rule) ?? finding.level;
    return level === 'off' ? [] : [{ ...finding, level }];
  });
}
