import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { CaFileError } from '../emulator/ca-file.js';
import { DEFAULT_LEVERS, leversSchema, type Levers } from '../emulator/levers.js';
import { SeedError } from '../emulator/manifest.js';
import type { Emulator } from '../emulator/emulator.js';
import { startEmulator } from '../emulator/server.js';
import { AppError } from '../errors.js';

interface Flags extends Partial<Levers> {
  readonly host: string;
  readonly port: number;
  readonly library?: string;
  readonly items?: number;
  readonly tls?: true;
  readonly caFile?: string;
  readonly gphotosdl?: true;
}

const LISTEN_CALLS = ['listen', 'bind', 'getaddrinfo'];

/**
 * `photodav emulator`: prints one JSON line with addresses and credentials, then runs until it is told to end.
 *
 * Throws CONFIG_INVALID for a library that cannot be read, LISTEN_FAILED for an address that cannot be bound.
 */
export function emulatorCommand(): Command {
  const command = new Command('emulator')
    .description("emulate Google's APIs, with a folder of photos or invented ones as the account")
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port of the API; media hosts take free ones', wholeNumber, 0)
    .addOption(new Option('--library <folder>', 'folder to serve: sub-folders are albums').conflicts('items'))
    .option('--items <number>', 'invent a library of so many items', wholeNumber)
    .option('--tls', "speak TLS too, and be the proxy that leads to Google's names")
    .addOption(new Option('--ca-file <file>', 'where to write the certificate to trust').implies({ tls: true }))
    .option('--gphotosdl', 'be gphotosdl too, on a port of its own');
  for (const [name, schema] of Object.entries(leversSchema.shape)) command.addOption(leverOption(name, schema));
  return command.action(run);
}

async function run({ host, port, library, items, tls, caFile, gphotosdl, ...levers }: Flags): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  const account = library === undefined ? { items: items ?? 0 } : { library };
  const extra = { ...(tls && { tls }), ...(caFile !== undefined && { caFile }), ...(gphotosdl && { gphotosdl }) };
  const emulator = await start({ host, port, levers, ...account, ...extra });
  process.stdout.write(`${JSON.stringify(emulator.ready)}\n`);
  await ended;
  await emulator.close();
}

async function start(options: Parameters<typeof startEmulator>[0]): Promise<Emulator> {
  try {
    return await startEmulator(options);
  } catch (error) {
    if (error instanceof SeedError) {
      const advice = 'name a folder of photos with --library, or invent some with --items';
      throw new AppError('CONFIG_INVALID', error.message, { cause: error, advice });
    }
    if (error instanceof CaFileError) {
      const advice = 'name a new file, or an old certificate, with --ca-file, or leave the flag out';
      throw new AppError('CONFIG_INVALID', error.message, { cause: error, advice });
    }
    if (error instanceof Error && 'syscall' in error && LISTEN_CALLS.includes(String(error.syscall))) {
      throw new AppError('LISTEN_FAILED', `cannot listen on ${options.host ?? ''} port ${options.port ?? 0}`, {
        cause: error,
      });
    }
    throw error;
  }
}

/** The flag of a lever: `latencyMs` is `--latency-ms <number>`. */
function leverOption(name: string, schema: z.ZodType): Option {
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const help = schema.description ?? '';
  if (schema instanceof z.ZodBoolean) return new Option(flag, help);
  if (schema instanceof z.ZodEnum) return new Option(`${flag} <how>`, help).choices(schema.options.map(String));
  if (schema instanceof z.ZodArray) return new Option(`${flag} <scope...>`, help);
  const usual: unknown = DEFAULT_LEVERS[name as keyof Levers];
  return new Option(`${flag} <number>`, `${help} (default: ${String(usual)})`).argParser(wholeNumber);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('a whole number is needed.');
  return Number(text);
}
