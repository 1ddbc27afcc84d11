import * as z from 'zod';

// Fields beyond these are not taken over: what is kept and shown is what is known.

const tocSchema = z.object({
  /** The documented reply has none, though other pages tell to take it from there. */
  id: z.string().nullish(),
  toc: z.string().min(1),
  category: z.string(),
  vehicle: z.string().nullish(),
  type: z.string().nullish(),
  /** kg CO2e per tonne-km, well-to-wheel. */
  wtw: z.number().nullish(),
  /** kg. */
  default_load: z.number().nullish(),
  /** `EU`, `SA`, `GLO`, ... */
  location: z.string().nullish(),
});

const fuelSchema = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  unit_id: z.string().nullish(),
  region: z.string().nullish(),
});

const hubSchema = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  /** Free text. */
  address: z.string().nullish(),
  /** ISO 3166-1 alpha-2. */
  country: z.string().nullish(),
  /** `owned` or `subcontracted`. */
  type: z.string().nullish(),
  category: z.string().nullish(),
  /** `active` or `archived`. */
  status: z.string().nullish(),
});

const organizationSchema = z.object({ id: z.guid(), name: z.string().min(1) });

/** An organisation that the key sees. */
export type Organization = z.infer<typeof organizationSchema>;

/** A vehicle type as `GET /v1/logistics/tocs` has it. */
export type AccountToc = z.infer<typeof tocSchema>;

/** A fuel as `GET /v1/logistics/fuels` has it. */
export type AccountFuel = z.infer<typeof fuelSchema>;

/** A hub as `GET /v1/logistics/hubs` has it. */
export type AccountHub = z.infer<typeof hubSchema>;

/** A catalogue of the account: where it is read, and what its rows are. */
export interface AccountCatalogue<Row> {
  readonly name: 'tocs' | 'fuels' | 'hubs' | 'organizations';
  readonly path: string;
  /** Rows of a page, where it comes in pages. */
  readonly pageRows?: number;
  /** Whether an account may have none. */
  readonly mayBeEmpty?: boolean;
  /** What its rows are called. */
  readonly what: string;
  readonly rowSchema: z.ZodType<Row>;
  /** The rows of a reply and their number as the reply itself has it; `undefined` where the reply is something else. */
  open(reply: unknown): { readonly rows: readonly unknown[]; readonly total: number | undefined } | undefined;
}

const tocsReply = z.array(z.unknown());
const hubsReply = z.object({ items: z.array(z.unknown()), total: z.int().optional().catch(undefined) });
const fuelsReply = z.object({ fuels: z.array(z.unknown()), total_count: z.int().optional().catch(undefined) });

/** The vehicle types of the account: a bare array. */
export const accountTocs: AccountCatalogue<AccountToc> = {
  name: 'tocs',
  path: '/v1/logistics/tocs',
  what: 'vehicle types',
  rowSchema: tocSchema,
  open(reply) {
    const { data } = tocsReply.safeParse(reply);
    return data === undefined ? undefined : { rows: data, total: undefined };
  },
};

/** The fuels of the account: the whole active catalogue in one reply. */
export const accountFuels: AccountCatalogue<AccountFuel> = {
  name: 'fuels',
  path: '/v1/logistics/fuels',
  what: 'fuels',
  rowSchema: fuelSchema,
  open(reply) {
    const { data } = fuelsReply.safeParse(reply);
    return data === undefined ? undefined : { rows: data.fuels, total: data.total_count };
  },
};

/** The hubs of the account, in pages of the size that the API allows at most. */
export const accountHubs: AccountCatalogue<AccountHub> = {
  name: 'hubs',
  path: '/v1/logistics/hubs',
  pageRows: 100,
  mayBeEmpty: true,
  what: 'hubs',
  rowSchema: hubSchema,
  open(reply) {
    const { data } = hubsReply.safeParse(reply);
    return data === undefined ? undefined : { rows: data.items, total: data.total };
  },
};

/** Where a tree has its organisations; what else has an id and a name may be a person. */
const branches = /^(?:data|items|tree|root|children|subsidiaries|organi[sz]ations?)$/;

/** Everything in a tree that has an id and a name, however deep: the vendor's pages do not show its form. */
function* nodesOf(value: unknown): Iterable<unknown> {
  if (typeof value !== 'object' || value === null) return;
  if (organizationSchema.safeParse(value).success) yield value;
  for (const [name, part] of Object.entries(value)) {
    if (Array.isArray(value) || branches.test(name)) yield* nodesOf(part);
  }
}

/** The organisations that the key sees, from the tree of their parents and children. */
export const accountOrganizations: AccountCatalogue<Organization> = {
  name: 'organizations',
  path: '/v2/organizations/tree',
  what: 'organisations',
  rowSchema: organizationSchema,
  open: (reply) =>
    typeof reply === 'object' && reply !== null ? { rows: [...nodesOf(reply)], total: undefined } : undefined,
};
