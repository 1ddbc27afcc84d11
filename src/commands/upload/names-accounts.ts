import { formats } from '../../input/formats.ts';
import type { MappingOptions } from '../../mapping/mapping.ts';
import { isOrganizationColumn } from '../../mapping/organization.ts';
import type { OpenedInputs } from '../../pipeline/plan.ts';

/** Whether rows name the accounts to which they go. */
export function namesAccounts({ inputs }: OpenedInputs, { organization: { column, value } }: MappingOptions): boolean {
  if (column === '') return value !== undefined;
  const columns = inputs.flatMap(({ input }) => input.table.columns);
  return (column ?? value ?? columns.find(isOrganizationColumn)) !== undefined;
}

/** Whether rows may do so: those of JSON may have names that the first ones do not. */
export const mayNameAccounts = (opened: OpenedInputs, mapping: MappingOptions): boolean =>
  namesAccounts(opened, mapping) ||
  opened.inputs.some(
    ({ input: { isSampleWhole, table } }) =>
      mapping.organization.column !== '' && !isSampleWhole && formats[table.format].hasOpenNames,
  );
