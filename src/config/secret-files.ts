import { readFile, stat } from 'node:fs/promises';
import type { Fault } from './faults.js';
import type { Given, Layer, Origin } from './given.js';
import { OPTIONS, type Option } from './options.js';
import { systemErrorText } from './system-error.js';

const MAX_BYTES = 64 * 1024;
const STRENGTH: Readonly<Record<Origin, number>> = { flag: 3, environment: 2, file: 1, default: 0 };

/** The layer with every option that names a secret's file replaced by the secret itself, and what was wrong with them. */
export async function withSecretsRead(layer: Layer): Promise<{ layer: Layer; faults: readonly Fault[] }> {
  const result = new Map(layer);
  const faults: Fault[] = [];
  for (const option of OPTIONS) {
    const file = layer.get(option.path);
    if (option.secretPath === undefined || !file) continue;
    result.delete(option.path);
    const secret = layer.get(option.secretPath);
    if (secret?.origin === file.origin) {
      faults.push({ message: `${option.label} (${file.place}) stands beside the secret itself; give one of them` });
    } else if (!secret || STRENGTH[file.origin] > STRENGTH[secret.origin]) {
      const read = await readSecret(option, file);
      if ('message' in read) faults.push(read);
      else result.set(option.secretPath, read);
    }
  }
  return { layer: result, faults };
}

async function readSecret(option: Option, file: Given): Promise<Given | Fault> {
  const fault = (reason: string): Fault => ({ message: `${option.label} (${file.place}) ${reason}` });
  if (typeof file.value !== 'string') return fault('must be the path of a file');
  try {
    const { size } = await stat(file.value);
    if (size > MAX_BYTES) return fault('names a file too large to hold a secret');
    const value = (await readFile(file.value, 'utf8')).trim();
    return value === '' ? fault('names an empty file') : { ...file, value };
  } catch (error) {
    return fault(`names a file that cannot be read (${systemErrorText(error)})`);
  }
}
