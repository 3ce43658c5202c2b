import { runAction } from './action.ts';

// Not process.exit: what is still to be written to a pipe would be lost.
process.exitCode = await runAction(process.env, process.stdout);
