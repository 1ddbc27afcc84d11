/** Ways in which an answer of 200 is no use, though the server did what it was asked for. */
export const mangles = ['truncated', 'html', 'missing', 'miscount', 'out of range', 'twice'] as const;
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

/** Spoils the body of a reply. */
export function mangled(body: string, how: Mangle): string {
  if (how === 'truncated') return body.slice(0, Math.floor(body.length / 2));
  if (how === 'html') return '<html><body>Please log in</body></html>';
  const reply = JSON.parse(body) as AnyReply;
  const { results = [], errors = [] } = reply;
  const named = results.length > 0 ? results : errors;
  const [first] = named;
  const last = named.at(-1);
  if (first === undefined || last === undefined || how === 'miscount' || how === 'missing') {
    return JSON.stringify(how === 'missing' ? without(reply) : miscounted(reply));
  }
  if (how === 'out of range') last['index'] = results.length + errors.length + 2;
  else if (first === last) return JSON.stringify(miscounted(reply));
  else last['index'] = first['index'];
  return JSON.stringify(reply);
}

const without = ({ results: _results, total: _total, ...rest }: AnyReply): AnyReply => rest;

const miscounted = ({ success, total, ...rest }: AnyReply): AnyReply =>
  success === undefined ? { ...rest, total: (total ?? 0) + 1 } : { ...rest, success: success + 1 };
