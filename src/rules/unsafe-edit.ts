import { installation } from './examples.ts';
import type { ReportedRule } from './rule.ts';

/** Why an edit was refused, and what lets it go through. */
export interface EditReason {
  readonly sentence: string;
  readonly remedy: string;
}

const WRITE_OUT = 'Write the value out where the alias stands.';
const REPORT_BUG = 'This is a fault of ci2mm: please report it with a manifest that shows it. Nothing was written.';
const SAVE_AS_UTF8 = 'Save the file as UTF-8.';

/**
 * Every reason for which an edit is refused, by its code. Codes are stable: they stand in findings, and users search for them. A new one gets
 * a line here.
 */
export const editReasons = {
  'parse-error': {
    sentence: 'The document, or the part of it that would be edited, cannot be read on its own.',
    remedy: 'Correct the YAML where the message points.',
  },
  'marker-in-unparseable-file': {
    sentence: 'The file mentions ClusterInstallation, but another document in it cannot be read.',
    remedy: 'Correct the other document, or move it to a file of its own.',
  },
  'invalid-utf8': { sentence: 'The file is not valid UTF-8.', remedy: SAVE_AS_UTF8 },
  'lone-cr': {
    sentence: 'The file holds a carriage return without a line feed, which some readers take for a line break and others for text.',
    remedy: 'Save the file with LF or CRLF line breaks.',
  },
  'unicode-line-break': {
    sentence: 'The file holds a Unicode line break (NEL, LS or PS), which some readers take for a line break and others for text.',
    remedy: 'Replace it by an ordinary line break, or write it as an escape in double quotes.',
  },
  'control-char': {
    sentence: 'The file holds a control character, which Kubernetes does not accept in YAML.',
    remedy: 'Remove it, or write it as an escape in double quotes.',
  },
  'inner-bom': {
    sentence: 'A byte order mark stands inside the file, where Kubernetes takes it for part of a key.',
    remedy: 'Remove it.',
  },
  'target-exists': {
    sentence: 'The key that a field would get is there already.',
    remedy: 'Remove the key: a ClusterInstallation has no such field, so it has no effect.',
  },
  'not-a-map': {
    sentence: 'Something stands where the fields of a map were expected.',
    remedy: 'Write the fields below their parent, one a line.',
  },
  'not-plain-scalar': {
    sentence: 'A value that must change is an alias, a block scalar or a tagged value.',
    remedy: 'Write the value on the line of its key, without a tag.',
  },
  'anchored-scalar': {
    sentence: 'A value that must change has an anchor, so its aliases would change with it.',
    remedy: 'Remove the anchor and write the value out where its aliases stand.',
  },
  'spec-is-alias': { sentence: 'The whole spec is an alias of another map.', remedy: WRITE_OUT },
  'rewritten-map-is-alias': { sentence: 'A map that must change is an alias of another map.', remedy: WRITE_OUT },
  'merge-key': {
    sentence: 'A merge key (<<) brings in fields that must move.',
    remedy: 'Write these fields out in place of the merge key.',
  },
  'anchored-map-rewritten': {
    sentence: 'A map that must change has an anchor, so its aliases would change with it.',
    remedy: 'Write the map out where its aliases stand, and remove the anchor.',
  },
  'anchored-key': {
    sentence: 'A key that must be renamed has an anchor, a tag or a question mark.',
    remedy: 'Write the key alone.',
  },
  'complex-key': { sentence: 'A key is not a string, which Kubernetes does not allow.', remedy: 'Write the key as a string.' },
  'dropped-anchor-in-use': {
    sentence: 'A field that is dropped holds an anchor that is used elsewhere.',
    remedy: 'Write the value out where its aliases stand.',
  },
  'unresolved-alias': {
    sentence: 'An alias has no anchor before it, or the anchor stands outside the resource.',
    remedy: WRITE_OUT,
  },
  'alias-before-anchor': { sentence: 'Moving a field would put an alias before its anchor.', remedy: WRITE_OUT },
  'alias-target-changed': {
    sentence: 'Moving a field would make an alias mean another anchor of the same name.',
    remedy: 'Give each anchor a name of its own.',
  },
  'recursive-alias': { sentence: 'An alias points at a map or list that contains it.', remedy: WRITE_OUT },
  'not-own-line': {
    sentence: 'An entry that must move or go shares its line with a list dash, an anchor, a tag or another key.',
    remedy: 'Put the entry on a line of its own, or another entry first.',
  },
  'block-scalar-without-final-newline': {
    sentence: 'A block scalar ends the file without a final line break; readers disagree on its value.',
    remedy: 'End the file with a line break.',
  },
  'block-scalar-would-lose-final-newline': {
    sentence: 'A block scalar would become the end of a file that has no final line break.',
    remedy: 'End the file with a line break.',
  },
  'keep-chomp-neighbour': {
    sentence: 'A block scalar with + keeps the blank lines after it, and the edit would change how many there are.',
    remedy: 'Remove the blank lines after it, or the +.',
  },
  'comment-becomes-text': {
    sentence: 'A comment that is indented more than its field would come to stand below a block scalar, and become a line of it.',
    remedy: 'Indent the comment like the field below it.',
  },
  'flow-with-comments': {
    sentence: 'Comments stand between the members of a map in braces that must be rearranged.',
    remedy: 'Put the comments above the map, or write it without braces.',
  },
  'kustomize-directive': {
    sentence: 'The manifest holds a directive of kustomize, such as $patch or $retainKeys.',
    remedy: 'Convert this part by hand.',
  },
  'list-partly-blocked': {
    sentence: 'Another item of the same ClusterInstallationList cannot be converted, and the list has one kind.',
    remedy: 'Unblock the other item, or write the items as documents of their own.',
  },
  'applies-nowhere': { sentence: 'A patch applies to no installation.', remedy: 'Delete the patch if it is no longer used.' },
  'not-a-patch': { sentence: 'The text of a patch is neither a map nor a list of operations.', remedy: 'Correct the patch.' },
  'already-converted': {
    sentence: 'A patch is one of a Mattermost already.',
    remedy: 'Convert the rest of the family by hand, or undo the change to the patch.',
  },
  'patch-does-not-apply': {
    sentence: 'A patch fails on the installation that it is for.',
    remedy: 'Repair the patch until `kustomize build` succeeds.',
  },
  'variants-disagree': {
    sentence: 'No single text serves all overlays: what decides where a field goes stands in some of them only.',
    remedy: 'Set the deciding field in the base, or give each overlay the part for itself.',
  },
  'test-on-dropped-field': { sentence: 'A JSON6902 patch tests a field that the conversion drops.', remedy: 'Remove the test.' },
  'moves-dropped-field': {
    sentence: 'A JSON6902 patch moves or copies a field that the conversion drops.',
    remedy: 'Write the value out in an add operation.',
  },
  'writes-dropped-metadata': {
    sentence: 'A JSON6902 patch writes metadata that is not taken over, such as a stale id by which Argo CD tracks objects.',
    remedy: 'Take it out of the patch.',
  },
  'moves-whole-map': {
    sentence: 'A JSON6902 patch moves or copies a map whose fields are spread over new parents.',
    remedy: 'Write the fields out in add operations.',
  },
  'changes-identity': {
    sentence: 'A patch changes the kind, apiVersion or name of what it patches.',
    remedy: 'Change the manifest itself, or leave the change out.',
  },
  'inline-style': {
    sentence: 'An inline patch stands in a string that is folded or has no quotes, or its new text can not stand there.',
    remedy: 'Write it as a literal block (`patch: |-`), or into a file.',
  },
  'template-conditions': {
    sentence: 'A template of a chart, once edited, would not mean the conversion under each of its conditions.',
    remedy: 'Enclose whole entries of `spec` in conditions, each by itself, or convert the template by hand along docs/fields.md.',
  },
  'template-lines': {
    sentence: 'A template of a chart holds an action that would be moved and may write several lines.',
    remedy: 'Let the chart be rendered (helm on the PATH, or --helm), or end the action with nindent and the number of columns.',
  },
  'secret-changed': {
    sentence: 'The lines that would change hold a Secret too (JSON on one line, for example), so that no diff could be shown without it.',
    remedy: 'Put the Secret into a file of its own.',
  },
  'secret-next-to-change': {
    sentence: 'A line of a Secret follows the change at once, and a diff needs the line that follows.',
    remedy: 'Put the Secret into a file of its own, or before the installation.',
  },
  'post-*': {
    sentence:
      'A proof failed: the edited text was not what was intended (its value, comments, layout or JSON, as the rest of the code says).',
    remedy: REPORT_BUG,
  },
} as const satisfies Readonly<Record<string, EditReason>>;

/** What a refusal's code means. Codes of the YAML reader itself are all parse errors. */
export function editReason(code: string): EditReason {
  if (code.startsWith('post-')) return editReasons['post-*'];
  return Object.hasOwn(editReasons, code) ? editReasons[code as keyof typeof editReasons] : editReasons['parse-error'];
}

const reasonList = Object.entries<EditReason>(editReasons)
  .map(([code, { sentence, remedy }]) => `- \`${code}\`: ${sentence} ${remedy}`)
  .join('\n');

export const unsafeEdit: ReportedRule = {
  id: 'unsafe-edit',
  level: 'error',
  fixed: true,
  summary: 'The conversion is clear, but cannot be written into the text safely.',
  remedy: 'Rewrite the part that the message names in plainer YAML, as the reason code says, and run again.',
  explanation:
    'Manifests are edited as text, never printed anew, so that comments, order, quoting and line breaks stay. Where an edit could change a value, ' +
    'lose a comment or mean different things to different YAML readers, the installation is left alone, and the message holds one of these codes:\n\n' +
    `${reasonList}\n\n` +
    'What the conversion has to mean is the conversion of the operator itself (`ConvertToMM`, the same in v1.12.0 to v1.25.9); the text that was ' +
    'written is read back and compared with it.',
  before: installation(`
  ingressName: chat.example.com
  database: &store
    storageSize: 50Gi
  minio:
    <<: *store
`),
  after: installation(`
  ingressName: chat.example.com
  database:
    storageSize: 50Gi
  minio:
    storageSize: 50Gi
`),
  example: 'manifest',
};
