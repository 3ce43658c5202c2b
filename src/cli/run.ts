import { UsageError } from '../run/usage-error.ts';
import type { CommonFlags, ConvertFlags, ScanFlags } from '../run/flags.ts';
import type { Io } from '../run/io.ts';
import { discover } from '../repo/discover.ts';

/** `ci2mm convert`: discover, convert, report, and write when asked to. Resolves to the exit code. */
export async function runConvert(paths: readonly string[], flags: ConvertFlags, io: Io): Promise<number> {
  if (flags.write === true && flags.check === true)
    throw new UsageError('--write changes files and --check changes none; give one of them');
  await requireOwnOutput(paths, flags, io);
  if (paths.includes('-')) {
    const { convertStream } = await import('./convert-stream.ts');
    return convertStream(paths, flags, io);
  }
  const [discovery, { convertAndTell }] = await prepare(paths, io);
  return convertAndTell(discovery, flags, io);
}

/** `ci2mm scan`: the same without changes. */
export async function runScan(paths: readonly string[], flags: ScanFlags, io: Io): Promise<number> {
  if (paths.includes('-')) throw new UsageError('scan reads files; to look at a stream, use convert -');
  await requireOwnOutput(paths, flags, io);
  const [discovery, { scanAndTell }] = await prepare(paths, io);
  return scanAndTell(discovery, flags, io);
}

/** A report never takes the place of manifests; a converted stream may. */
async function requireOwnOutput(paths: readonly string[], { output, format }: CommonFlags, { cwd }: Io): Promise<void> {
  if (output === undefined || (paths.includes('-') && format === undefined)) return;
  const { requireNoManifest } = await import('../repo/write.ts');
  requireNoManifest(output, paths, { cwd });
}

/** The pipeline is loaded while git lists the files, which takes about as long. */
const prepare = (paths: readonly string[], { cwd }: Io) => Promise.all([discover(paths, { cwd }), import('../run/convert-tree.ts')]);
