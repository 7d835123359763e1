/** What the camera wrote down; numbers in the units of Google's `mediaMetadata.photo` (mm, f-number, ISO, seconds). */
export interface Camera {
  readonly make?: string;
  readonly model?: string;
  readonly focalLength?: number;
  readonly apertureFNumber?: number;
  readonly isoEquivalent?: number;
  readonly exposureTimeSeconds?: number;
}

/** A photo or a video of the emulated account. */
export interface Item {
  /** About 98 characters of `[A-Za-z0-9_-]`; the same after a restart. */
  readonly id: string;
  /** Stands for the item in base URLs; the same as long as the emulator runs. */
  readonly serial: number;
  readonly filename: string;
  readonly mimeType: string;
  /** Capture time, milliseconds since 1970, negative before; where there is none, that of the upload. */
  readonly takenAtMs: number;
  /** False if nothing tells when it was taken: no filter of dates finds it. */
  readonly hasDate: boolean;
  readonly width?: number;
  readonly height?: number;
  readonly sizeBytes: number;
  /** Changes when the bytes do: the text of the ETag. */
  readonly version: string;
  readonly camera: Camera;
  /** Present for a video. */
  readonly video?: { readonly fps?: number };
  readonly isFavorite: boolean;
  readonly isArchived: boolean;
  /** When it came, by the emulator's clock; absent for what was there from the start. */
  readonly addedAtMs?: number;
}

export interface Album {
  /** About 76 characters of `[A-Za-z0-9_-]`; the same after a restart. */
  readonly id: string;
  readonly title: string;
  readonly size: number;
  /** In the album's own order, from 0. */
  at(position: number): Item;
}

/** The account's content: a folder on disk or an invention, as it is now. Positions count from 0, newest first. */
export interface Library {
  readonly size: number;
  readonly albums: {
    readonly size: number;
    at(position: number): Album;
    byId(id: string): Album | undefined;
  };
  at(position: number): Item;
  byId(id: string): Item | undefined;
  bySerial(serial: number): Item | undefined;
  /** False if the bytes of photos show nothing of the size that their item tells. */
  readonly hasPictures: boolean;
  /** True if the id was an item's that is gone now. */
  hadOnce(id: string): boolean;
  /** The bytes `first` to `last`, both included. */
  read(item: Item, first: number, last: number): AsyncIterable<Uint8Array>;
}
