/** Columns of `leg`. */
export const legHeader = 'movement_id,origin,destination,load,toc\n';

/** The row of a shipment; the same number makes the same row. */
export const leg = (n: number): string => `M-${String(n)},"Madrid, Spain",Sevilla,${String(n)},van_diesel\n`;

/** A file of the shipments 1 to n. */
export const legs = (count: number): string => legsOf(Array.from({ length: count }, (_, i) => i + 1));

/** A file of these shipments. With `--dedupe-key none`, the second of two equal ones is the server's to reject. */
export const legsOf = (numbers: readonly number[]): string => legHeader + numbers.map(leg).join('');
