import { rm } from 'node:fs/promises';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { makeTempFolder } from './clients.js';
import { makeLibrary, type LibraryFacts, type LibraryOptions } from './library.js';
import { startProgram, type Program } from './program.js';

/** Everything a client test needs: a library, Google with it, and the program that shows it. */
export interface Stage {
  readonly facts: LibraryFacts;
  readonly emulator: Emulator;
  readonly program: Program;
  close(): Promise<void>;
}

export interface StageOptions extends LibraryOptions {
  readonly flags?: readonly string[];
}

/** Starts all of it, or leaves nothing running and throws. */
export async function startStage({ videos, flags = [] }: StageOptions): Promise<Stage> {
  const folder = await makeTempFolder();
  const ends: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const facts = await makeLibrary(folder, { videos });
    const emulator = await startEmulator({ library: folder });
    ends.push(() => emulator.close());
    const program = await startProgram({ account: emulator.ready, flags });
    ends.push(() => program.stop());
    return { facts, emulator, program, close };
  } catch (error) {
    await close();
    throw error;
  }
}
