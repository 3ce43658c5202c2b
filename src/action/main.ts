import { runAction } from './action.ts';

// Where these are set, the YAML library prints every word that it reads, those of Secrets too. The bundled programs have a build of it that does not.
delete process.env['LOG_TOKENS'];
delete process.env['LOG_STREAM'];

// Not process.exit: what is still to be written to a pipe would be lost.
process.exitCode = await runAction(process.env, process.stdout);
