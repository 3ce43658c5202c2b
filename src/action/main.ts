import { runAction } from './action.ts';

// Where these are set, the YAML library prints every word that it reads, those of Secrets too. The build has one that does not.
delete process.env['LOG_TOKENS'];
delete process.env['LOG_STREAM'];

// Not process.exit: what is still to be written to a pipe would be lost.
void runAction(process.env, process.stdout).then((code) => {
  process.exitCode = code;
});
