// Given to node as --import: writes the peak of the process's resident memory, in bytes, into the file that PEAK names.
import { writeFileSync } from 'node:fs';

process.once('exit', () => writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS * 1024)));
