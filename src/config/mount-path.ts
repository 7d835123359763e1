import { z } from 'zod';
import { OPTION_FACTS } from './option-facts.js';

/** Where the pages that are not WebDAV stand. */
const RESERVED = '.photodav';
const MAX_SEGMENT_BYTES = 255;

/** What the tree would have to rename: a mount's name is published as it is written. */
// eslint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\\:*?"<>|#]|[. ]$|^ |^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Schema of the path that a mount stands at; its output is `/`, or segments that each follow a slash, in NFC. */
export const mountPath = z
  .string()
  .transform((text, context) => {
    if (text === '' || text === '/') return '/';
    const path = text.normalize('NFC').replace(/^\/|\/$/g, '');
    const segments = path.split('/');
    if (segments[0]?.toLowerCase() === RESERVED) {
      context.addIssue({
        code: 'custom',
        message: `${RESERVED} is kept for photodav's own pages; choose another name`,
      });
    } else if (!segments.every(isSegment)) context.addIssue({ code: 'custom' });
    return `/${path}`;
  })
  .register(OPTION_FACTS, {
    allowed: 'a path such as / or /family/2024, without names that some system cannot show',
    placeholder: 'path',
  });

/** What two paths share if clients would take them for one: case is ignored. */
export function mountPathKey(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

function isSegment(segment: string): boolean {
  const isPublished = segment !== '' && !UNSAFE.test(segment) && segment.isWellFormed();
  return isPublished && Buffer.byteLength(segment) <= MAX_SEGMENT_BYTES;
}
