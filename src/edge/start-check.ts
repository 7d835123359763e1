import { toAppError } from '../errors.js';
import type { Log } from '../log.js';
import type { Gateway } from './gateway.js';

/**
 * Asks the gateway once whether it takes this worker for its own, and logs what is wrong and what to do. Never throws, for
 * a gateway may come up after its workers.
 */
export async function checkGateway(
  gateway: Pick<Gateway, 'check'>,
  log: Pick<Log, 'info' | 'warn'>,
  closing: AbortSignal,
): Promise<void> {
  try {
    await gateway.check();
    log.info('the gateway takes the link token');
  } catch (cause) {
    if (closing.aborted) return;
    const { code, message, advice } = toAppError(cause);
    log.warn({ code, advice }, `no link can be got yet: ${message}`);
  }
}
