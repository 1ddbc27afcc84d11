/** The most records that a bulk call of the API takes. */
export const maxBulkRecords = 5000;
