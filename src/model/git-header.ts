/** What a git patch says about a file beyond its lines. */
export interface GitHeader {
  /** Blob ids in hexadecimal, as git would store the file before and after. */
  readonly oldId: string;
  readonly newId: string;
  readonly mode: '100644' | '100755';
  /**
   * `lf` where git stores the file with LF and checks it out with CRLF: `git apply --index` then wants a patch in LF, and keeps the
   * CRLF of the working tree. Otherwise `kept`: the patch holds the file's own bytes.
   */
  readonly lineEndings: 'kept' | 'lf';
}
