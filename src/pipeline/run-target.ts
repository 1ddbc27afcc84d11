import type { Destination } from '../destinations/destination.ts';
import type { LocalDestination } from '../destinations/local.ts';
import type { Warning } from '../issues.ts';
import type { KnownOptions } from './known-rows.ts';

/** Where the records go. */
export type RunTarget =
  | { readonly mode: 'upload'; readonly destination: Destination }
  | { readonly mode: 'local'; readonly destination: LocalDestination }
  | {
      readonly mode: 'dry-run';
      /** The ledger, where it is asked, and by what rules it decides. */
      readonly known?: ((warn: (warning: Warning) => void) => KnownOptions) | undefined;
    };
