import type { Config } from '../config/schema.js';
import { createLog, prettyLines, type Log } from '../log.js';

/** The log that the configuration asks for: for people on a terminal, JSON elsewhere, or as it says. */
export async function openLog({ level, format }: Config['log']): Promise<Log> {
  const isPretty = format === 'pretty' || (format === 'auto' && process.stderr.isTTY);
  return createLog(isPretty ? { level, destination: await prettyLines() } : { level });
}
