import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../errors.js';
import { parsePropfindXml, type PropertyQuery } from './propfind-xml.js';
import { readBody } from '../http/request-body.js';

export interface PropfindRequest {
  readonly query: PropertyQuery;
  readonly depth: '0' | '1' | 'infinity';
}

const MAX_BODY_BYTES = 64 * 1024;

/**
 * What a PROPFIND asks for (RFC 4918 §9.1); no body is `allprop`, no Depth header `infinity`.
 *
 * Throws BAD_REQUEST: 413 for a body above 64 KiB, then 400 or 422 for its XML, then 400 for the Depth header.
 */
export async function readPropfindRequest(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<PropfindRequest> {
  const body = await readBody(request, response, MAX_BODY_BYTES);
  const query: PropertyQuery = body.length === 0 ? { kind: 'allprop', include: [] } : parsePropfindXml(body);
  return { query, depth: parseDepth(request.headers.depth) };
}

function parseDepth(header: string | string[] | undefined): PropfindRequest['depth'] {
  const depth = header === undefined ? 'infinity' : String(header).trim().toLowerCase();
  if (depth === '0' || depth === '1' || depth === 'infinity') return depth;
  throw new AppError('BAD_REQUEST', 'the Depth header is not 0, 1 or infinity');
}
