import { installation } from './examples.ts';
import type { InstallationRule } from './rule.ts';

const DECIDED = installation(`
  ingressName: chat.example.com
  minio:
    externalURL: s3.example.com
    externalBucket: chat
    secret: s3-credentials
`);

export const fileStoreAnswerContradicted: InstallationRule = {
  id: 'file-store-answer-contradicted',
  level: 'warning',
  summary: 'The manifests say something else about the file store than your answer.',
  remedy: 'Correct the answer, or take it back: where spec.minio.externalURL is written out, none is needed.',
  explanation:
    'An answer from `--file-store` or from `fileStores` in `.ci2mm.yaml` says whether a URL that is filled in later turns out empty. A URL that is written ' +
    'out, or is missing, leaves nothing to answer: the operator goes by it, and so does the conversion, whatever the answer. Where a Flux Kustomization ' +
    'fills the variable in, the answer counts, as the value may also come from elsewhere. If it is wrong, the Mattermost looks for its files in the wrong place.',
  before: `# ci2mm convert --file-store chat=operator-managed
${DECIDED}`,
  after: `# ci2mm convert
${DECIDED}`,
  example: 'none',
  check({ fileStore, fileStoreContradiction: contradiction }) {
    if (contradiction === null) return [];
    const { answer, evidence } = contradiction;
    const other = answer === 'external' ? 'operator-managed' : 'external';
    const unused = fileStore === answer ? '' : ' The answer is not used.';
    return [
      {
        path: ['spec', 'minio', 'externalURL'],
        message: `The answer makes the file store ${answer}, but ${evidence} makes it ${other}.${unused}`,
      },
    ];
  },
};
