import { readFile, stat } from 'node:fs/promises';
import type { Fault } from './faults.js';
import type { Given, Layer, Origin } from './given.js';
import { besides, labelAt, optionAt } from './options.js';
import { systemErrorText } from '../system-error.js';

const MAX_BYTES = 64 * 1024;
const STRENGTH: Readonly<Record<Origin, number>> = { flag: 3, environment: 2, file: 1, default: 0 };

/** A layer whose secrets are all there, as far as their files could be read. */
export interface SecretsRead {
  readonly layer: Layer;
  readonly faults: readonly Fault[];
  /** Paths of secrets that are missing only because their files could not be read. */
  readonly unread: readonly string[];
}

/** The layer with every option that names a secret's file replaced by the secret itself. */
export async function withSecretsRead(layer: Layer, mountCount: number, find = optionAt): Promise<SecretsRead> {
  const result = new Map(layer);
  const faults: Fault[] = [];
  const unread: string[] = [];
  for (const [path, file] of layer) {
    const option = find(path);
    if (option?.secretPath === undefined) continue;
    result.delete(path);
    const secretPath = besides(path, option.secretPath);
    const secret = layer.get(secretPath);
    const fault = (reason: string) => {
      faults.push({ message: `${labelAt(path, mountCount)} (${file.place}) ${reason}` });
      unread.push(secretPath);
    };
    if (secret?.origin === file.origin) {
      fault('stands beside the secret itself; give one of them');
    } else if (!secret || STRENGTH[file.origin] > STRENGTH[secret.origin]) {
      const value = await readSecret(file, fault);
      if (value !== undefined) result.set(secretPath, { ...file, value });
    }
  }
  return { layer: result, faults, unread };
}

async function readSecret({ value: path }: Given, fault: (reason: string) => void): Promise<string | undefined> {
  if (typeof path !== 'string') {
    fault('must be the path of a file');
    return undefined;
  }
  try {
    const { size } = await stat(path);
    const secret = size > MAX_BYTES ? undefined : (await readFile(path, 'utf8')).trim();
    if (secret === undefined) fault('names a file too large to hold a secret');
    else if (secret === '') fault('names an empty file');
    else return secret;
  } catch (error) {
    fault(`names a file that cannot be read (${systemErrorText(error)})`);
  }
  return undefined;
}
