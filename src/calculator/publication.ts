/** A publication that an embedded factor is taken from; what the report names with its licence. */
export type Publication =
  | { readonly set: 'DESNZ'; readonly year: number }
  | { readonly set: 'Electricity Maps'; readonly year: number }
  | { readonly set: 'Ember' };
