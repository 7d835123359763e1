import { z } from 'zod';
import { OPTION_FACTS } from './option-facts.js';

const UNIT_BYTES = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;

const BYTE_SIZE = /^(\d{1,9}(?:\.\d{1,3})?) ?(KiB|MiB|GiB|TiB)$/;

/** Bytes of a size written with its unit ("512MiB", "4GiB") or as a bare 0, or undefined if it is none. */
export function parseByteSize(text: string): number | undefined {
  if (text === '0') return 0;
  const match = BYTE_SIZE.exec(text);
  if (!match?.[1] || !match[2]) return undefined;
  return Math.round(Number(match[1]) * UNIT_BYTES[match[2] as keyof typeof UNIT_BYTES]);
}

/** Schema of an amount of bytes, written with its unit; its output is a number. */
export const byteSize = z
  .string()
  .register(OPTION_FACTS, { allowed: '0, or a size with its unit such as 512MiB or 4GiB', placeholder: 'size' })
  .transform((value, context) => {
    const bytes = parseByteSize(value);
    if (bytes !== undefined) return bytes;
    context.addIssue({ code: 'custom' });
    return z.NEVER;
  });
