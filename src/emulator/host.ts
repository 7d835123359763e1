import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Account } from './account.js';
import { Exchange, urlOf } from './exchange.js';
import type { Fault } from './faults.js';
import type { Origins } from './google-names.js';
import { apiDisabled, GoogleError, insufficientScope, quotaExceeded } from './google-errors.js';

/** What answers a request, and under which key it is counted; an uncounted one feels neither faults nor latency. */
export interface Route {
  readonly key: string;
  readonly isCounted?: boolean;
  /** True if a media body follows: only then faults of bodies apply. */
  readonly hasBody?: boolean;
  handle(exchange: Exchange): Promise<void> | void;
}

/** One origin of the emulated service. */
export interface Host {
  /** Where the base URLs that it issues lead. */
  readonly origins: Origins;
  /** The route of a request; every request has one. */
  route(method: string, url: URL): Route;
  latencyMs(): number;
  /** An error status in the shape natural to this origin. */
  fail(exchange: Exchange, status: number, headers: Readonly<Record<string, string>>): void;
}

/** Serves the host that the request is for. */
export function createListener(hostFor: (request: IncomingMessage) => Host, account: Account): RequestListener {
  return (request, response) => void answer(hostFor(request), account, request, response);
}

async function answer(host: Host, account: Account, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const route = host.route(request.method ?? 'GET', urlOf(request));
  const isCounted = route.isCounted ?? true;
  const record = isCounted
    ? account.counters.record(route.key, request.method ?? 'GET', request.headers.range)
    : () => undefined;
  const exchange = new Exchange(request, response, host.origins, record);
  try {
    if (isCounted) {
      await exchange.sleep(host.latencyMs());
      exchange.fault = account.faults.take(route.key, route.hasBody ?? false);
      await exchange.sleep(exchange.fault?.delayMs ?? 0);
      if (exchange.fault && fail(exchange, exchange.fault, host, route.key)) return;
    }
    await route.handle(exchange);
  } catch (error) {
    if (exchange.signal.aborted || response.headersSent) response.destroy();
    else if (error instanceof GoogleError) exchange.json(error.httpStatus, error.body, error.headers);
    else host.fail(exchange, error instanceof RangeError ? 413 : 500, {});
  }
}

/** Lets the fault answer; false if it only changes what the route answers. */
function fail(exchange: Exchange, fault: Fault, host: Host, key: string): boolean {
  if ('reset' in fault) {
    exchange.request.socket.destroy();
    return true;
  }
  if ('hang' in fault) return true;
  if ('quota' in fault) throw quotaExceeded(key, fault.quota, fault.quota === 'daily' ? 10_000 : 30, fault.retryAfter);
  if ('apiDisabled' in fault) throw apiDisabled(key);
  if ('scope' in fault) throw insufficientScope(key, '', false);
  if (!('status' in fault) && !('body' in fault)) return false;
  const status = 'status' in fault ? fault.status : 200;
  const headers: Record<string, string> = 'retryAfter' in fault ? { 'Retry-After': String(fault.retryAfter) } : {};
  switch (fault.body) {
    case 'html':
      exchange.html(
        status,
        'Server Error',
        'The server encountered an error. Please try again in 30 seconds.',
        headers,
      );
      return true;
    case 'empty-json':
      exchange.json(status, {}, headers);
      return true;
    case 'nothing':
      exchange.send(status, headers);
      return true;
    case 'cut-json':
      if (status < 300) return false;
      break;
    case 'google':
    case undefined:
      break;
  }
  host.fail(exchange, status, headers);
  return true;
}
