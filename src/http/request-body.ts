import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../errors.js';

/**
 * The whole body. Throws BAD_REQUEST with status 413 as soon as it is known to be longer than `maxBytes`, leaving the
 * rest unread, and with 400 when it breaks off.
 */
export async function readBody(request: IncomingMessage, response: ServerResponse, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (request.headers.expect !== undefined) response.writeContinue();
  const chunks: Buffer[] = [];
  let bytes = 0;
  // No `for await`: leaving it early destroys the socket, and the answer with it.
  await new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > maxBytes) settle(tooLarge(maxBytes));
      else chunks.push(chunk);
    };
    const end = (): void => settle();
    const broken = (): void => settle(new AppError('BAD_REQUEST', 'the request body broke off'));
    const settle = (error?: AppError): void => {
      request.off('data', take).off('end', end).off('close', broken).off('error', broken).pause();
      if (error) reject(error);
      else resolve();
    };
    request.on('data', take).on('end', end).on('close', broken).on('error', broken);
  });
  return Buffer.concat(chunks);
}

function tooLarge(maxBytes: number): AppError {
  const advice = 'ask for less at once';
  return new AppError('BAD_REQUEST', `the request body is longer than ${maxBytes} bytes`, { status: 413, advice });
}
