import { names } from './names.ts';
import { page } from './page.ts';
import { summary } from './summary.ts';

/** The texts as English has them: the keys of every catalogue, and their placeholders. */
export const en = { ...names, ...page, ...summary } as const;
