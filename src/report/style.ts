type Look = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** How texts can look on a terminal. */
export interface Style extends Readonly<Record<Look, (text: string) => string>> {
  readonly isColored: boolean;
}

const asItIs = (text: string): string => text;

/** Leaves texts as they are. */
export const plainStyle: Style = {
  isColored: false,
  bold: asItIs,
  dim: asItIs,
  red: asItIs,
  green: asItIs,
  yellow: asItIs,
  cyan: asItIs,
};

/** A style that colours texts, or leaves them as they are: then nothing is loaded. */
export async function createStyle(isColored: boolean): Promise<Style> {
  if (!isColored) return plainStyle;
  const { Chalk } = await import('chalk');
  const { bold, dim, red, green, yellow, cyan } = new Chalk({ level: 1 });
  return { isColored, bold, dim, red, green, yellow, cyan };
}
