// Prints what a list of changes says of one version: node .ci/release-notes.js 1.2.3 < CHANGELOG.md
import { readFileSync } from 'node:fs';

const [version] = process.argv.slice(2);
const sections = readFileSync(0, 'utf8').split(/^## /m).slice(1);
const section = sections.find((text) => text.split(/\s/, 1)[0] === version) ?? '';
const notes = section.slice(section.indexOf('\n')).trim();
if (notes === '') throw new Error(`there is nothing of version ${version}`);
process.stdout.write(`${notes}\n`);
