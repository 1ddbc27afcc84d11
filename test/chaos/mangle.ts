/** Ways in which an answer of 200 is of no use, though the server did what it was asked for. */
export const mangles = [
  'truncated',
  'html',
  'missing',
  'miscount',
  'out of range',
  'twice',
  'short',
  'swapped',
  'shifted',
  'empty id',
  'equal ids',
  'foreign id',
] as const;
export type Mangle = (typeof mangles)[number];

type Numbered = Record<string, unknown>;

/** A reply to a bulk call, or a list. */
interface AnyReply {
  [name: string]: unknown;
  success?: number;
  total?: number;
  results?: Numbered[];
  errors?: Numbered[];
}

/**
 * Spoils the body of a reply in a way that can be seen; where the reply has nothing that it could be seen by, its counts.
 *
 * @param foreignId the id of a record that another call brought
 */
export function mangled(body: string, how: Mangle, foreignId?: string): string {
  if (how === 'truncated') return body.slice(0, Math.floor(body.length / 2));
  if (how === 'html') return '<html><body>Please log in</body></html>';
  const reply = JSON.parse(body) as AnyReply;
  if (how === 'missing') return JSON.stringify(without(reply));
  const isSpoiled = reply.results !== undefined && spoil(reply.results, reply, how, foreignId);
  return JSON.stringify(isSpoiled ? reply : miscounted(reply));
}

/** Whether it could be done. */
function spoil(results: Numbered[], reply: AnyReply, how: Mangle, foreignId: string | undefined): boolean {
  const { errors = [] } = reply;
  const named = results.length > 0 ? results : errors;
  const [first] = named;
  const last = named.at(-1);
  if (first === undefined || last === undefined) return false;
  switch (how) {
    case 'out of range':
      last['index'] = results.length + errors.length + 2;
      return true;
    case 'twice':
      if (first !== last) last['index'] = first['index'];
      return first !== last;
    case 'short':
      if (results.length === 0) return false;
      results.pop();
      return true;
    case 'swapped':
    case 'shifted':
      return exchange(results, how);
    case 'empty id':
      if (results.length > 0) last['id'] = '';
      return results.length > 0;
    case 'equal ids':
      if (results.length > 1) last['id'] = first['id'];
      return results.length > 1;
    case 'foreign id':
      if (foreignId !== undefined && results.length > 0) last['id'] = foreignId;
      return foreignId !== undefined && results.length > 0;
    default:
      return false;
  }
}

/** Gives results each other's place. Legs of the same movement can't be told apart in a reply. */
function exchange(results: readonly Numbered[], how: 'swapped' | 'shifted'): boolean {
  const [first] = results;
  const other = results.find(({ movement_id: id }) => typeof id === 'string' && id !== first?.['movement_id']);
  if (first === undefined || other === undefined || typeof first['movement_id'] !== 'string') return false;
  const indexes = results.map(({ index }) => index);
  if (how === 'swapped') [first['index'], other['index']] = [other['index'], first['index']];
  else for (const [place, result] of results.entries()) result['index'] = indexes[(place + 1) % indexes.length];
  return true;
}

const without = ({ results: _results, total: _total, ...rest }: AnyReply): AnyReply => rest;

const miscounted = ({ success, total, ...rest }: AnyReply): AnyReply =>
  success === undefined ? { ...rest, total: (total ?? 0) + 1 } : { ...rest, success: success + 1 };
