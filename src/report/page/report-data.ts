import type { EmissionDetails } from '../../pipeline/emission-details.ts';
import type { EmissionTotals, GroupTotals } from '../../pipeline/emissions.ts';
import type { RowCounts } from '../../pipeline/ledger.ts';
import type { RecordKind } from '../../records/kind.ts';
import type { Cause } from '../causes.ts';
import type { Comparison } from '../comparison.ts';
import type { Summary } from '../summary.ts';
import type { Texts } from '../texts/texts.ts';
import type { Formats } from './formats.ts';

/** Everything that a report page shows. */
export interface ReportData {
  readonly kind: RecordKind;
  readonly summary: Summary;
  readonly emissions: EmissionTotals;
  readonly details: EmissionDetails;
  readonly causes: readonly Cause[];
  readonly perInput: readonly RowCounts[];
  /** How far the inputs were read, where that is not to their ends. */
  readonly unread: string | undefined;
  readonly comparison: Comparison | undefined;
  readonly madeAt: Date;
  readonly version: string;
  readonly texts: Texts;
  /** What the reader gave for its head. */
  readonly title: string | undefined;
  readonly company: string | undefined;
}

/** What a section of the page is made from. */
export interface PageContext extends ReportData {
  readonly formats: Formats;
  /** All records together; `undefined` where no emissions are known. */
  readonly total: GroupTotals | undefined;
  readonly isRecharges: boolean;
}

/** g CO2e per tonne-kilometre over the records whose tonne-kilometres are known. */
export const intensityOf = ({ tonneKm, co2eOfTonneKm }: GroupTotals): number | undefined =>
  tonneKm === undefined || tonneKm === 0 ? undefined : (co2eOfTonneKm * 1000) / tonneKm;

/** `requests` or `recharges`, as texts tell them apart. */
export const kindOf = ({ isRecharges }: Pick<PageContext, 'isRecharges'>): 'requests' | 'recharges' =>
  isRecharges ? 'recharges' : 'requests';
