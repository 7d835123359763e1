import { z } from 'zod';
import type { Box } from '../model.js';
import { OPTION_FACTS } from './option-facts.js';

/** What Google's resizing takes at most. */
const MAX_SIDE = 16_383;

/** Schema of how large pictures may be; its output is undefined for as large as they are. */
export const box = z
  .string()
  .register(OPTION_FACTS, { allowed: 'original, or a width and a height such as 1920x1080', placeholder: 'box' })
  .transform((value, context): Box | undefined => {
    if (value === 'original') return undefined;
    const [, width, height] = (/^(\d{1,5})x(\d{1,5})$/.exec(value) ?? []).map(Number);
    const isSide = (side: number | undefined): side is number => side !== undefined && side >= 1 && side <= MAX_SIDE;
    if (isSide(width) && isSide(height)) return { width, height };
    context.addIssue({ code: 'custom' });
    return z.NEVER;
  });
