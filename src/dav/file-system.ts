import type { IncomingMessage } from 'node:http';
import { v2 } from 'webdav-server';
import type { Exchange } from './exchange.js';

/**
 * The one door from webdav-server to the tree.
 *
 * webdav-server asks for a path's type before any method runs, and takes no promise: so the path is resolved first and
 * handed over here, and every method reads that one answer. Locks and dead properties do not exist (class 1).
 */
export class TreeFileSystem extends v2.FileSystem {
  readonly #exchanges = new WeakMap<IncomingMessage, Exchange>();

  constructor() {
    super(new v2.VirtualSerializer());
    this.doNotSerialize();
  }

  /** Makes known what the request's path came to. */
  hand(exchange: Exchange): void {
    this.#exchanges.set(exchange.request, exchange);
  }

  /** What was handed over for the request of `context`; throws if nothing was. */
  exchangeOf(context: v2.HTTPRequestContext): Exchange {
    const exchange = this.#exchanges.get(context.request);
    if (!exchange) throw new Error('webdav-server asked about a request that was not resolved');
    return exchange;
  }

  protected override _fastExistCheck(
    context: v2.RequestContext,
    path: v2.Path,
    callback: (exists: boolean) => void,
  ): void {
    callback(path.isRoot() || this.#resourceOf(context) !== undefined);
  }

  protected override _type(path: v2.Path, info: v2.TypeInfo, callback: v2.ReturnCallback<v2.ResourceType>): void {
    const isCollection = path.isRoot() || this.#resourceOf(info.context)?.kind === 'collection';
    callback(undefined, isCollection ? v2.ResourceType.Directory : v2.ResourceType.File);
  }

  protected override _lockManager(
    _path: v2.Path,
    _info: v2.LockManagerInfo,
    callback: v2.ReturnCallback<v2.ILockManager>,
  ): void {
    callback(v2.Errors.Forbidden);
  }

  protected override _propertyManager(
    _path: v2.Path,
    _info: v2.PropertyManagerInfo,
    callback: v2.ReturnCallback<v2.IPropertyManager>,
  ): void {
    callback(v2.Errors.Forbidden);
  }

  #resourceOf(context: v2.RequestContext): Exchange['resource'] {
    return context instanceof v2.HTTPRequestContext ? this.#exchanges.get(context.request)?.resource : undefined;
  }
}
