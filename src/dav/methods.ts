import type { OutgoingHttpHeaders } from 'node:http';
import { AppError } from '../errors.js';
import type { Answer } from './exchange.js';

/** Methods that are answered; `Allow` names them (RFC 9110 §10.2.1). */
const ALLOW = 'OPTIONS, GET, HEAD, PROPFIND';

/** Methods of RFC 4918 that change something. */
export const WRITE_METHODS = ['PUT', 'DELETE', 'MKCOL', 'COPY', 'MOVE', 'PROPPATCH', 'LOCK', 'UNLOCK'] as const;

/** Class 1 makes Finder mount read-only; `MS-Author-Via` is what Windows asks for ([MS-WDVSE] 2.2.2). */
const OPTIONS_HEADERS: OutgoingHttpHeaders = {
  DAV: '1, 3',
  'MS-Author-Via': 'DAV',
  Allow: ALLOW,
  'Accept-Ranges': 'bytes',
  'Content-Length': 0,
};

/** The same for every path, `*` and unmapped ones included: clients ask the server's root, whatever was mounted. */
export const answerOptions: Answer = ({ response }) => {
  response.writeHead(200, OPTIONS_HEADERS).end();
  return Promise.resolve();
};

/** 403, and not 405, 423 or 507: those make clients report success, retry for minutes, or say that the disk is full. */
export const refuseWrite: Answer = ({ request }) =>
  Promise.reject(
    new AppError('READ_ONLY', `${request.method ?? 'this method'} is refused, for nothing is written here`),
  );

/** 405 for whatever this server has no answer to. */
export const refuseMethod: Answer = ({ request, response }) => {
  response.setHeader('Allow', ALLOW);
  return Promise.reject(
    new AppError('BAD_REQUEST', `${request.method ?? 'this method'} is not offered`, {
      status: 405,
      advice: `use one of ${ALLOW}`,
    }),
  );
};
