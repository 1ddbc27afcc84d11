const entities: readonly (readonly [string, string])[] = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
];

/** A secret as it may be written in a text: as it is, as JSON writes it, as HTML does. */
function formsOf(secret: string): readonly string[] {
  const html = entities.reduce((text, [character, entity]) => text.replaceAll(character, entity), secret);
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), html])];
}

/** Makes the function that puts asterisks in the place of secrets, in a text that may quote them. */
export function createRedact(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.filter((secret) => secret !== '').flatMap(formsOf);
  return (text) => forms.reduce((redacted, form) => redacted.replaceAll(form, '***'), text);
}

/** For `JSON.stringify`: redacts the texts, and leaves the names of properties and the syntax alone. */
export const redactValues =
  (redact: (text: string) => string) =>
  (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? redact(value) : value;
