const timestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;
const date = /^\d{4}-\d{2}-\d{2}$/;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const formats = { timestamp, date, uuid };

/**
 * Where a value is not in the shape of a documented sample; empty when it is. Each key of the sample must be there, with a
 * value of the same type, and of the same format where the sample's text is a time, a day or a UUID. Each item of a list
 * must be like the sample's first one. A key where the sample has null may have a text or a number.
 */
export function shapeErrors(sample: unknown, value: unknown, at = '$'): string[] {
  if (Array.isArray(sample)) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return sample.length === 0 ? [] : value.flatMap((item, index) => shapeErrors(sample[0], item, `${at}[${index}]`));
  }
  if (typeof sample === 'object' && sample !== null) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is not an object`];
    const given = new Map<string, unknown>(Object.entries(value));
    return Object.entries(sample).flatMap(([key, part]) =>
      given.has(key) ? shapeErrors(part, given.get(key), `${at}.${key}`) : [`${at}.${key} is missing`],
    );
  }
  if (sample === null) return typeof value === 'object' && value !== null ? [`${at} is no single value`] : [];
  if (typeof value !== typeof sample) return [`${at} is ${JSON.stringify(value)}, not a ${typeof sample}`];
  if (typeof sample !== 'string' || typeof value !== 'string') return [];
  return Object.entries(formats).flatMap(([name, format]) =>
    format.test(sample) && !format.test(value) ? [`${at} is ${JSON.stringify(value)}, not a ${name}`] : [],
  );
}
