/** A line is not made longer than this. */
const widest = 160;

/** JSON for somebody to read: what holds no further list or object is on one line, where it is not too long. */
export function readableJson(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((each: unknown) => ({ key: '', each }))
    : Object.entries(value).flatMap(([name, each]: [string, unknown]) =>
        each === undefined ? [] : [{ key: `${JSON.stringify(name)}: `, each }],
      );
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (parts.every(({ each }) => typeof each !== 'object' || each === null)) {
    const line = parts.map(({ key, each }) => key + readableJson(each)).join(', ');
    if (inner.length + line.length <= widest) return `${open}${line === '' ? '' : ` ${line} `}${close}`;
  }
  const lines = parts.map(({ key, each }) => `${inner}${key}${readableJson(each, inner)}`);
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}
