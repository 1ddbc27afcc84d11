import { type Batch, Verdict } from '../../columns/batch.ts';
import type { ShipmentFacts } from '../../destinations/local.ts';
import { textOf } from '../../pipeline/accounts.ts';
import type { Plan } from '../../pipeline/plan.ts';
import type { ReportedRows } from '../../pipeline/reported-rows.ts';
import type { RunResult } from '../../pipeline/run-result.ts';
import type { WarningCounts } from '../../pipeline/warnings.ts';
import { plural } from '../format.ts';
import { csvLine } from '../files/csv-writer.ts';
import { createEncoder, dialectOf } from '../files/dialect.ts';
import { OutputFile } from '../files/output-file.ts';
import { LegDescriber } from './describe-leg.ts';
import { type Provider, shipmentEnvelope, tocEnvelope } from './envelope.ts';
import type { DistanceKind, Leg, MissingLeg } from './leg.ts';
import { leftOutPath, leftOutTexts } from './left-out.ts';
import { LegStore } from './leg-store.ts';
import { type ShipmentFootprint, shipmentOf } from './shipment.ts';
import type { OperationCategory } from './toc.ts';

/** What `--ileap` writes. */
export interface IleapOptions {
  readonly path: string;
  readonly provider: Provider;
  /** What distances are that rows give. */
  readonly givenDistance: DistanceKind | undefined;
}

/** The files that were written; `null` for one that has nothing to say. */
export interface IleapFiles {
  readonly ileap: string | null;
  readonly ileap_left_out: string | null;
}

/**
 * The footprints of whole shipments with their transport chain elements and operation categories, a ProductFootprint a line. What can't be given
 * honestly is left out, and listed with the reason.
 */
export class IleapFile {
  readonly #plan: Plan;
  readonly #options: IleapOptions;
  readonly #describer: LegDescriber;
  readonly #legs = new LegStore<Leg | MissingLeg>();
  readonly #file: OutputFile;
  readonly #list: OutputFile;
  readonly #categories = new Map<string, OperationCategory>();
  /** Rows that could not be read: of which shipment they are is not known. */
  #unreadable = 0;
  /** Rows without a shipment, shipments that are left out, and the rows that are listed. */
  #apart = 0;
  #leftOut = 0;
  #listed = 0;

  /** @throws RunError (exit 2) when a file can't be written */
  constructor(plan: Plan, facts: ShipmentFacts, options: IleapOptions) {
    const dialect = dialectOf(plan.inputs);
    this.#plan = plan;
    this.#options = options;
    this.#describer = new LegDescriber(facts, options.givenDistance);
    this.#file = OutputFile.create(options.path, '--ileap', { isNamed: true });
    this.#list = OutputFile.create(leftOutPath(options.path), '--ileap', {
      encoder: createEncoder(dialect),
      isNamed: false,
    });
    this.#list.write(csvLine(['movement_id', ...this.#fileCells(['_file']), '_row', 'code', 'reason'], dialect));
  }

  /** Takes the rows of a batch. */
  rows({ input, batch, records, calculation }: ReportedRows): void {
    for (let row = 0; row < batch.rows; row += 1) {
      const verdict = batch.verdicts[row];
      if (verdict === Verdict.skipped) continue;
      if (batch.malformed.has(row)) {
        this.#unreadable += 1;
        continue;
      }
      const shipmentId = textOf(records, row, 'movement_id');
      const place = { shipmentId: shipmentId ?? '', input, row: batch.firstRow + row };
      if (verdict !== Verdict.accepted || calculation === undefined) {
        if (shipmentId !== undefined) this.#legs.add({ ...place, ...refusalOf(batch, row) });
        continue;
      }
      if (shipmentId === undefined) {
        this.#apart += 1;
        this.#leaveOut({ ...place, code: 'NO_MOVEMENT', reason: leftOutTexts.NO_MOVEMENT });
        continue;
      }
      const leg = this.#describer.describe(records, calculation, row);
      this.#legs.add(
        typeof leg === 'string' ? { ...place, code: leg, reason: leftOutTexts[leg] } : { ...place, ...leg },
      );
    }
  }

  /**
   * Puts the files in their places and adds to the warnings what is left out. A run that has not read all rows writes none: any shipment
   * may lack a leg.
   */
  async finish({ error, unread, warnings }: RunResult): Promise<IleapFiles> {
    try {
      if (error !== undefined || unread !== undefined || this.#unreadable > 0) {
        const why =
          this.#unreadable > 0
            ? 'rows could not be read, and may be legs of any shipment'
            : 'the run has not read all rows, so any shipment may lack a leg';
        warnings.add(
          { code: 'ILEAP_NOT_WRITTEN', message: `no file of --ileap: ${why}` },
          Math.max(1, this.#unreadable),
        );
        return { ileap: null, ileap_left_out: null };
      }
      const written = this.#write();
      if (written > 0) await this.#file.commit();
      const list = leftOutPath(this.#options.path);
      if (this.#listed > 0) await this.#list.commit();
      this.#warn(warnings, list);
      return { ileap: written > 0 ? this.#options.path : null, ileap_left_out: this.#listed > 0 ? list : null };
    } finally {
      this.discard();
    }
  }

  #warn(warnings: WarningCounts, list: string): void {
    if (this.#listed === 0) return;
    const what = [
      ...(this.#leftOut === 0 ? [] : [plural(this.#leftOut, 'shipment')]),
      ...(this.#apart === 0 ? [] : [`${plural(this.#apart, 'row')} without movement_id`]),
    ].join(' and ');
    const isOne = this.#leftOut + this.#apart === 1;
    const message = `${what} ${isOne ? 'is' : 'are'} not in ${this.#options.path}; ${list} names the rows with the reason`;
    warnings.add({ code: 'ILEAP_LEFT_OUT', message }, this.#listed);
  }

  /** Removes what is not in its place. */
  discard(): void {
    this.#legs.close();
    this.#file.discard();
    this.#list.discard();
  }

  /** Writes whole shipments, then the categories that they have; returns how many shipments there are. */
  #write(): number {
    const { provider } = this.#options;
    let written = 0;
    for (const legs of this.#legs.shipments()) {
      const footprint = shipmentOf(legs);
      if (!('data' in footprint)) {
        this.#leftOut += 1;
        for (const leg of footprint) this.#leaveOut(leg);
        continue;
      }
      written += 1;
      this.#file.write(`${JSON.stringify(shipmentEnvelope(footprint, this.#sourcesOf(footprint), provider))}\n`);
    }
    for (const category of this.#categories.values()) {
      this.#file.write(`${JSON.stringify(tocEnvelope(category, provider))}\n`);
    }
    return written;
  }

  /** Notes the categories of a shipment with its days; the publications of their figures. */
  #sourcesOf({ data, from, until }: ShipmentFootprint): readonly string[] {
    const categories = [...new Set(data.tces.map(({ tocId }) => tocId))].flatMap((tocId) => {
      const category = this.#describer.categories.get(tocId);
      const known = this.#categories.get(tocId) ?? (category && { ...category, from, until });
      return known === undefined ? [] : [[tocId, known] as const];
    });
    for (const [tocId, category] of categories) {
      if (from < category.from) category.from = from;
      if (until > category.until) category.until = until;
      this.#categories.set(tocId, category);
    }
    return [...new Set(categories.flatMap(([, { sources }]) => sources))];
  }

  #leaveOut({ shipmentId, input, row, code, reason }: MissingLeg): void {
    this.#listed += 1;
    const path = this.#plan.inputs[input]?.path;
    this.#list.write(
      csvLine([shipmentId, ...this.#fileCells([path ?? '']), row, code, reason], dialectOf(this.#plan.inputs)),
    );
  }

  #fileCells(cells: readonly string[]): readonly string[] {
    return this.#plan.inputs.length > 1 ? cells : [];
  }
}

function refusalOf(batch: Batch, row: number): Pick<MissingLeg, 'code' | 'reason'> {
  const code = batch.verdicts[row] === Verdict.duplicate ? 'ROW_DUPLICATE' : 'ROW_REFUSED';
  const [issue] = batch.issues.get(row) ?? [];
  return { code, reason: issue === undefined ? leftOutTexts[code] : `${issue.code}: ${issue.message}` };
}
