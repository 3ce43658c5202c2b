/**
 * Shows a text by the pager that the user has given git, in the environment or in a configuration of their own: what a repository names is never
 * started. Resolves to false, with nothing shown, where there is none.
 */
export async function pageThrough(text: Uint8Array, env: NodeJS.ProcessEnv): Promise<boolean> {
  const pager = process.platform === 'win32' ? '' : (env['GIT_PAGER'] ?? (await configuredPager(env)));
  if (pager === '' || pager === 'cat') return false;
  const { spawn } = await import('node:child_process');
  // Whoever interrupts a pager means the pager.
  const goOn = (): void => undefined;
  process.on('SIGINT', goOn);
  try {
    const child = spawn(pager, { shell: true, stdio: ['pipe', 'inherit', 'inherit'], env: { LESS: 'FRX', LV: '-c', ...env } });
    // A pager that is left early breaks the pipe.
    child.stdin.on('error', () => undefined).end(text);
    const code = await new Promise<number | null>((resolve) => {
      child.on('close', resolve).on('error', () => resolve(NOT_STARTED));
    });
    return code !== NOT_STARTED && code !== NOT_FOUND;
  } finally {
    process.off('SIGINT', goOn);
  }
}

/** What a shell says of a program that can't be run, or is not there. */
const NOT_STARTED = 126;
const NOT_FOUND = 127;

/** What git would start outside of every repository; empty where there is no git to ask. */
async function configuredPager(env: NodeJS.ProcessEnv): Promise<string> {
  const { execFile } = await import('node:child_process');
  const own = Object.entries(env).filter(([name]) => !name.startsWith('GIT_') || name.startsWith('GIT_CONFIG'));
  return new Promise((resolve) => {
    execFile('git', ['var', 'GIT_PAGER'], { cwd: '/', env: Object.fromEntries(own), timeout: 10_000 }, (error, stdout) => {
      resolve(error === null ? stdout.trim() : '');
    });
  });
}
