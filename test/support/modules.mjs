// The command from the modules of dist/, which bundle/ is made of: for tests of what is loaded, or that change a module.
import { main } from '../../dist/cli.js';

await main(process.argv.slice(2));
