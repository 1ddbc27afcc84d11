import { describe, expect, test } from 'vitest';
import { dcycleUpload, fixture, readText, temporaryFolder } from '../support/command.ts';

describe('--locale', () => {
  /** Texts of a page that its catalogue should have: not those of the input, of the command, or of publications. */
  function textsOf(html: string): ReadonlySet<string> {
    const own = html
      .replace(/<(style|bdi|code|time)\b.*?<\/\1>/gs, '')
      .replace(/<(span)[^>]* lang="en">.*?<\/\1>/gs, '');
    const texts = [...own.matchAll(/>([^<>]+)</g), ...own.matchAll(/aria-label="([^"]+)"/g)];
    return new Set(texts.map(([, text = '']) => text.trim()).filter((text) => /\p{L}{4}/u.test(text)));
  }
  /** Names of publications and licences, and words that are the same. */
  const same =
    /DESNZ|DEFRA|UK Government|Electricity Maps|Ember|GLEC|EFTCO|GeoNames|Natural Earth|Licen[cs]e|CC BY|CO₂e|CSV|Index|Scopes?$|dcycle-upload|Name|Code|EUPL|MIT|Eurostat|sea-ports/;

  test.each([
    ['requests', fixture('shipments.csv')],
    ['recharges', fixture('fuel-card-clean.csv')],
  ])('leaves no text of a page of %s in English, and the summary has the same language', async (kind, input) => {
    const cwd = temporaryFolder();
    const shown = async (locale: string) => {
      const { stdout } = await dcycleUpload(
        [kind, input, '--local', '--report', `${locale}.html`, '--locale', locale],
        { cwd },
      );
      return { stdout, texts: textsOf(readText(cwd, `${locale}.html`)) };
    };
    const english = await shown('en');
    const german = await shown('de');
    expect(german.texts.size).toBeGreaterThan(40);
    expect([...german.texts].filter((text) => english.texts.has(text) && !same.test(text))).toEqual([]);
    expect(german.stdout).toContain('Datensätze');
    expect(german.stdout).toMatch(/\d\.\d{3},\d{3}/);
    expect(english.stdout).not.toContain('Datensätze');
  });
});
