import { z } from 'zod';

const id = z.string().min(1);

/** What a user does to the library, a row each; the first key says what. */
export const editSchema = z.union(
  [
    /** A new item, in the library and at the end of the albums. */
    z.strictObject({
      add: z.strictObject({
        /** RFC 3339; where `hasDate` is false, the time of the upload. */
        takenAt: z.iso.datetime({ offset: true }),
        albumIds: z.array(id).default([]),
        hasDate: z.boolean().default(true),
      }),
    }),
    /** The item goes, out of every album too. */
    z.strictObject({ remove: id }),
    /** The item comes to the end of the album. */
    z.strictObject({ put: id, into: id }),
    /** The item leaves the album, and stays in the library. */
    z.strictObject({ take: id, outOf: id }),
    /** Another item stands in its place: the album's count and cover stay as they are. */
    z.strictObject({ swap: id, with: id, in: id }),
    z.strictObject({ rename: id, title: z.string() }),
    z.strictObject({ favorite: id, isFavorite: z.boolean().default(true) }),
  ],
  { error: 'no such edit: it is one of those that docs/emulator.md lists' },
);

export type Edit = z.input<typeof editSchema>;

/** The edit with its defaults filled in. */
export type CheckedEdit = z.output<typeof editSchema>;
