import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The disk as the spool needs it: one folder, and files in it by name. Every method rejects with what the system says. */
export interface SpoolFiles {
  list(): Promise<readonly FoundFile[]>;
  /** For reading and writing; rejects if there is one of this name. */
  create(name: string): Promise<SpoolFile>;
  /** For reading. */
  open(name: string): Promise<SpoolFile>;
  rename(from: string, to: string): Promise<void>;
  /** Fine if there is none; who has it open reads on. */
  remove(name: string): Promise<void>;
}

export interface FoundFile {
  readonly name: string;
  readonly size: number;
  /** When it was last written to, in milliseconds since 1970. */
  readonly writtenAtMs: number;
}

export interface SpoolFile {
  /** At most `length` bytes, and at least one. */
  read(position: number, length: number): Promise<Buffer>;
  /** All of the pieces, one behind the other. */
  write(pieces: readonly Uint8Array[], position: number): Promise<void>;
  /** Resolves once what was written outlives a power cut. */
  sync(): Promise<void>;
  /** Waits for what is being read. */
  close(): Promise<void>;
}

/** For their owner alone: what is spooled is somebody's film. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** The spool's files in this folder, which is made if need be. */
export async function openSpoolFiles(folder: string): Promise<SpoolFiles> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  await chmod(folder, FOLDER_MODE);
  return {
    async list() {
      const found: FoundFile[] = [];
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        if (!entry.isFile()) continue;
        // Another server on the same folder may have removed it meanwhile.
        const stats = await stat(join(folder, entry.name)).catch(() => undefined);
        if (stats) found.push({ name: entry.name, size: stats.size, writtenAtMs: stats.mtimeMs });
      }
      return found;
    },
    create: (name) => openFile(join(folder, name), 'wx+'),
    open: (name) => openFile(join(folder, name), 'r'),
    rename: (from, to) => rename(join(folder, from), join(folder, to)),
    remove: (name) => rm(join(folder, name), { force: true }),
  };
}

async function openFile(path: string, flags: string): Promise<SpoolFile> {
  const handle = await open(path, flags, FILE_MODE);
  return {
    async read(position, length) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, position);
      if (bytesRead === 0) throw new Error('a spooled file is shorter than it was');
      return buffer.subarray(0, bytesRead);
    },
    async write(pieces, position) {
      const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
      let { bytesWritten: done } = await handle.writev(pieces, position);
      if (done === length) return;
      // A disk that is nearly full takes a part, and says why with the next.
      const all = Buffer.concat(pieces);
      while (done < length) done += (await handle.write(all, done, length - done, position + done)).bytesWritten;
    },
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
}
