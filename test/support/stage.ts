import { rm } from 'node:fs/promises';
import { startEmulator, type Emulator } from '../../src/emulator/server.js';
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

export async function startStage({ videos, flags = [] }: StageOptions): Promise<Stage> {
  const folder = await makeTempFolder();
  const facts = await makeLibrary(folder, { videos });
  const emulator = await startEmulator({ library: folder });
  const program = await startProgram({ account: emulator.ready, flags });
  return {
    facts,
    emulator,
    program,
    async close() {
      await program.stop();
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
