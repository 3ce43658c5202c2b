import { Session } from 'node:inspector/promises';

/** How often functions are called by some work: what it costs, told without a clock. Native code counts as nothing. */
export async function callsIn(work: () => unknown): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    await work();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    return result.flatMap(({ functions }) => functions).reduce((sum, { ranges: [range] }) => sum + (range?.count ?? 0), 0);
  } finally {
    session.disconnect();
  }
}
