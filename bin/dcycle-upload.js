#!/usr/bin/env node
import module from 'node:module';

// From Node.js 22 on, the next start finds what was compiled by this one.
module.enableCompileCache?.();
const { main } = await import('../dist/cli.js');

await main(process.argv.slice(2));
