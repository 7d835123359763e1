import type { IncomingMessage, ServerResponse } from 'node:http';
import { v2 } from 'webdav-server';
import { AppError } from '../errors.js';
import { abortWhenLeft } from '../http/flow.js';
import { encodePath, parsePath } from '../http/path.js';
import type { Log } from '../log.js';
import type { Resource, ResourceTree } from '../tree/resource.js';
import { underBasePath } from './base-path.js';
import { withDesktopNames } from './desktop-names.js';
import type { Answer } from './exchange.js';
import { TreeFileSystem } from './file-system.js';
import { createGet, type CollectionPage, type PolicyFor } from './get.js';
import { answerOptions, refuseMethod, refuseWrite, WRITE_METHODS } from './methods.js';
import { readPropfindRequest, type PropfindRequest } from './propfind-request.js';
import { createPropfind } from './propfind.js';
import type { Meter } from './send-media.js';

export interface DavOptions {
  readonly policyFor: PolicyFor;
  readonly meter: Meter;
  /** What stands before every path, such as `/photos`. */
  readonly basePath: string;
  readonly log: Log;
  /** What a browser sees of a collection. */
  readonly collectionPage: CollectionPage;
}

export interface Dav {
  /**
   * Answers from `tree`: all that this request may see. Rejects with the `AppError` to answer with, or whatever else went
   * wrong.
   */
  handle(request: IncomingMessage, response: ServerResponse, tree: ResourceTree): Promise<void>;
}

/**
 * WebDAV class 1 and 3, read-only (RFC 4918 §18), over the tree of each request.
 *
 * webdav-server dispatches; every method of it is replaced. Whatever can throw or wait inside it comes before it: the
 * path is parsed and resolved, the body read, and headers that crash it are taken away.
 */
export function createDav({ policyFor, meter, basePath, log, collectionPage }: DavOptions): Dav {
  const base = parsePath(basePath).segments;
  const shown = new WeakMap<ResourceTree, ResourceTree>();
  const show = (tree: ResourceTree): ResourceTree => {
    const known = shown.get(tree) ?? underBasePath(base, withDesktopNames(tree));
    shown.set(tree, known);
    return known;
  };
  const answerGet = createGet({ policyFor, meter, base, collectionPage });
  const answers = new Map<string, Answer>([
    ['OPTIONS', answerOptions],
    ['GET', answerGet],
    ['HEAD', answerGet],
    ['PROPFIND', createPropfind(log)],
    ...WRITE_METHODS.map((method) => [method, refuseWrite] as const),
  ]);
  const dispatch = createDispatcher(answers);

  return {
    async handle(request, response, requestTree) {
      const signal = abortWhenLeft(response);
      const tree = show(requestTree);
      const { method = '', url = '' } = request;
      const isAnyTarget = method === 'OPTIONS' && url === '*';
      const { segments, endsInSlash } = parsePath(isAnyTarget ? '/' : url);
      let resource: Resource | undefined;
      let propfind: PropfindRequest | undefined;
      if (method === 'PROPFIND') propfind = await readPropfindRequest(request, response);
      if (propfind || answers.get(method) === answerGet) {
        resource = await tree.resolve(segments);
        if (!resource || (endsInSlash && resource.kind !== 'collection')) throw unmapped();
      }
      signal.throwIfAborted();
      await dispatch({ request, response, tree, segments, resource, signal, ...(propfind ? { propfind } : {}) });
    },
  };
}

/** Sends an exchange through webdav-server to the answer of its method. */
function createDispatcher(answers: ReadonlyMap<string, Answer>): Answer {
  const fileSystem = new TreeFileSystem();
  const settled = new WeakMap<IncomingMessage, (result: Promise<void>) => void>();
  const options = Object.assign(new v2.WebDAVServerOptions(), {
    rootFileSystem: fileSystem,
    // Signing in comes before this; the stock classes let `constructor` in without a password.
    httpAuthentication: OPEN_DOOR,
    version: 'unsent',
  });
  const server = new v2.WebDAVServer(options);
  const toMethod = (answer: Answer): v2.HTTPMethod => ({
    isValidFor: () => false,
    chunked: (context) => {
      const { request, response } = context;
      // What the library has set: its own name, CORS for everyone, class 2.
      for (const name of response.getHeaderNames()) if (name !== 'connection') response.removeHeader(name);
      settled.get(request)?.(answer(fileSystem.exchangeOf(context)));
    },
  });
  for (const [method, answer] of answers) server.method(method, toMethod(answer));
  server.method('POST', toMethod(refuseMethod));
  server.onUnknownMethod(toMethod(refuseMethod));

  return async (exchange) => {
    const { request, response, segments, resource } = exchange;
    fileSystem.hand(exchange);
    request.url = resource ? encodePath(segments) : '/';
    // Its parser of `If` ends the process; a missing Depth costs it an exception per request.
    delete request.headers.if;
    request.headers.depth = '0';
    await new Promise<void>((resolve, reject) => {
      settled.set(request, (result) => void result.then(resolve, reject));
      (server.executeRequest as (request: IncomingMessage, response: ServerResponse) => void)(request, response);
    });
  };
}

/** webdav-server's callbacks take null for "no error", and its types do not say so. */
const NO_ERROR = null as unknown as Error;
const EVERYONE: v2.IUser = { uid: 'everyone', username: 'everyone', isAdministrator: true, isDefaultUser: false };
const OPEN_DOOR: v2.HTTPAuthentication = {
  askForAuthentication: () => ({}),
  getUser: (_context, callback) => callback(NO_ERROR, EVERYONE),
};

function unmapped(): AppError {
  return new AppError('NOT_FOUND', 'nothing is at this path');
}
