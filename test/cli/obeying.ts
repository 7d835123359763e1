import type { Emulator } from '../../src/emulator/emulator.js';
import type { Running } from './photodav.js';

const CONSENT = /http:\/\/\S+\/o\/oauth2\/v2\/auth\?\S+(?=\n)/g;

/** Does what a command asks of a person: agrees on each consent page, and picks so many items on the picking page. */
export function obey(emulator: Emulator, { child }: Running, count = 1): void {
  let said = '';
  const visited = new Set<string>();
  const isNew = (address: string): boolean => !visited.has(address) && Boolean(visited.add(address));
  child.stderr!.on('data', (text: string) => {
    said += text;
    for (const [consent] of said.matchAll(CONSENT)) {
      // Whoever is killed meanwhile answers no more.
      if (isNew(consent)) void fetch(consent).catch(() => undefined);
    }
    for (const { id, pickerUri } of emulator.pickingSessions()) {
      if (said.includes(pickerUri) && isNew(pickerUri)) emulator.pick(id, { count });
    }
  });
}
