import type { LoadedConfig } from '../config/load.js';
import type { Config } from '../config/schema.js';
import { createLog, type Log } from '../log.js';
import { prettyLines } from './pretty-lines.js';

/** The log that the configuration asks for: for people on a terminal, JSON elsewhere, or as it says. */
export async function openLog({ level, format }: Config['log']): Promise<Log> {
  const isPretty = format === 'pretty' || (format === 'auto' && process.stderr.isTTY);
  return createLog(isPretty ? { level, destination: await prettyLines() } : { level });
}

/** The same for a command whose result is what was asked for: how it came about is told only on request. */
export function openQuietLog({ values, origins }: Pick<LoadedConfig, 'values' | 'origins'>): Promise<Log> {
  return openLog({ ...values.log, ...(origins['log.level'] === 'default' ? { level: 'warn' } : {}) });
}
