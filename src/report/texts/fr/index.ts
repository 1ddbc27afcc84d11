import type { Catalogue } from '../catalogue.ts';
import { names } from './names.ts';
import { page } from './page.ts';
import { summary } from './summary.ts';

export const fr: Catalogue = { ...names, ...page, ...summary };
