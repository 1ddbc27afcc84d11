import * as z from 'zod';
import { type SettingName, settingNames, settings, type Settings, type ValueKind, wrongWith } from './settings.ts';

/** The shape of a value, as the published schema shows it; `wrongWith` decides. */
function shapeOf(kind: ValueKind): z.ZodType<string | number> {
  const error = kind.wrong;
  switch (kind.type) {
    case 'text':
      return z.string({ error }).regex(kind.pattern, { error });
    case 'address':
      return z.string({ error });
    case 'choice':
      return z.enum(kind.choices, { error });
    case 'whole number':
      return z.int({ error }).min(kind.least, { error }).max(kind.most, { error });
    case 'seconds':
      return z.number({ error }).positive({ error }).max(kind.most, { error });
  }
}

function schemaOf(name: SettingName): z.ZodType<string | number> {
  const { kind, text } = settings[name];
  return shapeOf(kind)
    .check(({ value, issues }) => {
      const message = wrongWith(kind, value);
      if (message !== undefined) issues.push({ code: 'custom', input: value, message });
    })
    .describe(text);
}

const shape = Object.fromEntries(settingNames.map((name) => [name, schemaOf(name).optional()]));

/** The settings of a profile. */
export const settingsSchema = z.strictObject(
  shape as { [Name in SettingName]: z.ZodOptional<z.ZodType<Settings[Name]>> },
  {
    error: ({ code }) => (code === 'invalid_type' ? 'must be an object of settings' : undefined),
  },
);
