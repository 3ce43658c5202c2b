import type { FamilyAssessment } from '../family/families.ts';
import { rewriteFamilies } from '../family/outcome.ts';
import type { Settings } from '../rules/settings.ts';
import type { Conversion, Outcome } from '../family/conversion.ts';
import { describeDifference } from './differences.ts';
import type { Graph } from '../kustomize/graph.ts';
import { reachableFrom } from '../kustomize/graph-walk.ts';
import { directoryOf } from '../kustomize/paths.ts';
import type { Finding, Place } from '../model/finding.ts';
import { stringAt } from '../model/value.ts';
import type { ValueMap } from '../model/value.ts';
import type { ConvertOptions } from '../operator/convert.ts';
import { NEW } from '../operator/fields.ts';
import { validate } from '../operator/validate.ts';
import { Prover } from './prover.ts';
import type { Claim, Root, RootProof } from './prover.ts';
import { kustomizeFor } from '../repo/kustomize.ts';
import { ruleById } from '../rules/index.ts';
import type { RuleId } from '../rules/index.ts';

/** How families are proven. */
export interface ProofOptions {
  /** Absolute: the tree that the conversion was made from. */
  readonly root: string;
  readonly prove: 'auto' | 'always' | 'never';
  /** The program that the user named, relative to `cwd`. */
  readonly kustomize: string | undefined;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly settings: Settings;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface ProvenOutcome {
  readonly outcome: Outcome;
  /** `12 kustomizations proven by kustomize 4.5.4`; null where there was nothing to prove. */
  readonly statement: string | null;
}

/**
 * The outcome of a conversion whose families were built before and after with the real kustomize, where one is found. A family with a
 * kustomization that differs in more than the conversion, or that does not build today, stays as it is.
 */
export async function proveFamilies(conversion: Conversion, options: ProofOptions): Promise<ProvenOutcome> {
  const { families, graph } = conversion;
  if (families.length === 0 || graph === null) return { outcome: conversion.outcome(), statement: null };
  const search = await kustomizeFor(options.prove, { path: options.kustomize, cwd: options.cwd, env: options.env, root: options.root });
  if (search.binary === null) {
    const notes = families.map((family) =>
      finding('kustomize-not-proven', placeOfFamily(family), `Not proven by building: ${search.reason}.`),
    );
    return { outcome: conversion.outcome(new Map(), notes), statement: `not proven: ${search.reason}` };
  }
  const limits = options.onProgress === undefined ? {} : { onProgress: options.onProgress };
  const prover = new Prover(search.binary, options.root, limits);
  const proofs = await prover.prove(rootsOf(families, graph), claimOf(families, graph, options.settings));
  const failed = failedFamilies(families, proofs);
  const proven = proofs.filter(({ status }) => status === 'proven').length;
  return {
    outcome: conversion.outcome(failed),
    statement: `${proven} of ${proofs.length} kustomizations proven by ${search.binary.description}`,
  };
}

/** Each kustomization that is built by itself, once. */
export function rootsOf(families: readonly FamilyAssessment[], graph: Graph): Root[] {
  const files = new Set(families.flatMap(({ roots }) => roots.map(({ kustomization }) => kustomization)));
  return [...files].map((file) => ({
    directory: directoryOf(file),
    reads: [...new Set([...reachableFrom(graph, file)].map(directoryOf))],
  }));
}

/** What the conversion of families is meant to change. */
export function claimOf(families: readonly FamilyAssessment[], graph: Graph, settings: Settings): Claim {
  const { changes } = rewriteFamilies(families, graph.files);
  return {
    changes,
    convert: (installation, root) => optionsOf(installation, root, families),
    mayChange: () => [],
    problems: (mattermost) => (settings.crd === null ? validate(NEW.kind, mattermost, settings.target) : []),
  };
}

/** How an installation that a root builds is converted; null for one of a family that stays. */
function optionsOf(installation: ValueMap, { directory }: Root, families: readonly FamilyAssessment[]): ConvertOptions | null {
  const name = stringAt(installation, ['metadata', 'name']);
  const namespace = stringAt(installation, ['metadata', 'namespace']);
  for (const family of families) {
    const variant = family.roots.find(
      (each) =>
        each.deleted === null && directoryOf(each.kustomization) === directory && each.name === name && each.namespace === namespace,
    );
    if (variant !== undefined) return family.optionsFor(variant, installation);
  }
  return null;
}

function failedFamilies(families: readonly FamilyAssessment[], proofs: readonly RootProof[]): Map<FamilyAssessment, Finding[]> {
  const failed = new Map<FamilyAssessment, Finding[]>();
  for (const proof of proofs) {
    if (proof.status === 'proven') continue;
    for (const family of families) {
      const root = family.roots.find(({ kustomization }) => directoryOf(kustomization) === proof.root.directory);
      if (root === undefined) continue;
      failed.set(family, [...(failed.get(family) ?? []), ...proofFindings(proof, startOf(root.kustomization))]);
    }
  }
  return failed;
}

function proofFindings(proof: Exclude<RootProof, { status: 'proven' }>, place: Place): Finding[] {
  if (proof.status === 'not-built')
    return [finding('kustomize-build-fails', place, `This kustomization does not build today: ${proof.message}`)];
  const shown = proof.differences.filter(({ level }) => level === 'error').slice(0, MOST_DIFFERENCES);
  return shown.map((difference) =>
    finding('kustomize-proof-failed', place, `Built before and after, it differs: ${describeDifference(difference)}.`),
  );
}

const MOST_DIFFERENCES = 10;

function finding(rule: RuleId, place: Place, message: string): Finding {
  const { level, remedy } = ruleById(rule);
  return { rule, level, message, ...place, field: null, installation: null, remedy };
}

const startOf = (file: string): Place => ({ file, line: 1, column: 1, endLine: 1, endColumn: 1 });

const placeOfFamily = ({ roots }: FamilyAssessment): Place => startOf(roots[0]?.kustomization ?? '');
