import type { Emulator } from '../../src/emulator/emulator.js';
import { eventually } from './eventually.js';

/** The emulator's counters once no body is being sent: a client may have its last byte before the sender has ended. */
export async function settled(emulator: Pick<Emulator, 'counters'>): Promise<Readonly<Record<string, number>>> {
  await eventually(() => emulator.counters().open === 0);
  return emulator.counters();
}
