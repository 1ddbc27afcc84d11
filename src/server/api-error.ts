/** A call that is refused, in the shape in which the API refuses: `{"detail": "...", "code": "..."}`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** What of a call is not valid: where, and why. */
export interface InvalidPart {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

/** A call that is not valid (422): `{"detail": [{"loc": [...], "msg": "..."}]}`. */
export class InvalidCall extends Error {
  override readonly name = 'InvalidCall';
  readonly parts: readonly InvalidPart[];

  constructor(parts: readonly InvalidPart[]) {
    super(parts.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; '));
    this.parts = parts;
  }
}

export const notFound = (what: string): ApiError => new ApiError(404, 'NOT_FOUND', `${what} not found`);
