import { webcrypto } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface StockWorkerOptions {
  /** How it follows redirects: by itself, or one by one, taking those to itself back. */
  readonly kind: 'alist' | 'openlist';
  readonly token: string;
}

/** A worker as AList's and OpenList's behave on Cloudflare, on a port of 127.0.0.1. */
export interface StockWorker {
  /** Without a slash at the end. */
  readonly address: string;
  /** Where photodav is; without a slash at the end. */
  gateway: string;
  /** What it has asked, in order: `POST /api/fs/link`, `GET <origin>`. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

const JSON_TYPE = 'application/json;charset=UTF-8';
/** What Cloudflare sets itself. */
const NOT_PASSED = new Set(['host', 'connection']);

export async function startStockWorker({ kind, token }: StockWorkerOptions): Promise<StockWorker> {
  const asked: string[] = [];
  const fetchBytes = async (url: string, headers: Headers): Promise<Response> => {
    asked.push(`GET ${new URL(url).origin}`);
    return fetch(url, { headers, redirect: kind === 'alist' ? 'follow' : 'manual' });
  };
  const answer = async (target: URL, headers: Headers): Promise<Response> => {
    const path = decodeURIComponent(target.pathname);
    const fault = await faultOf(path, target.searchParams.get('sign') ?? '', token);
    if (fault !== '') return Response.json({ code: 401, message: fault });
    asked.push('POST /api/fs/link');
    const told = await fetch(`${worker.gateway}/api/fs/link`, {
      method: 'POST',
      headers: { 'content-type': JSON_TYPE, Authorization: token },
      body: JSON.stringify({ path }),
    });
    const link = (await told.json()) as { code: number; data: { url: string; header?: Record<string, string[]> } };
    if (link.code !== 200) return new Response(JSON.stringify(link));
    for (const [name, values] of Object.entries(link.data.header ?? {})) {
      for (const value of values) headers.set(name, value);
    }
    let response = await fetchBytes(link.data.url, headers);
    for (let to = redirectOf(response); to !== null; to = redirectOf(response)) {
      if (to.startsWith(`${worker.address}/`)) return answer(new URL(to), headers);
      response = await fetchBytes(to, headers);
    }
    return response;
  };

  const server = createServer((request, response) => {
    void answer(new URL(request.url ?? '/', worker.address), headersOf(request))
      .then((answered) => send(response, answered))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const worker = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    gateway: '',
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return worker;
}

/** What is wrong with a sign, in the workers' own words; empty if nothing is. */
async function faultOf(path: string, sign: string, token: string): Promise<string> {
  const last = sign.split(':').at(-1) ?? '';
  if (last === '') return 'expire missing';
  const expiry = parseInt(last);
  if (Number.isNaN(expiry)) return 'expire invalid';
  if (expiry > 0 && expiry < Date.now() / 1000) return 'expire expired';
  return sign === (await signOf(path, expiry, token)) ? '' : 'sign mismatch';
}

async function signOf(path: string, expiry: number, token: string): Promise<string> {
  const { subtle } = webcrypto;
  const text = new TextEncoder();
  const key = await subtle.importKey('raw', text.encode(token), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const mac = await subtle.sign({ name: 'HMAC', hash: 'SHA-256' }, key, text.encode(`${path}:${expiry}`));
  return `${btoa(String.fromCharCode(...new Uint8Array(mac)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')}:${expiry}`;
}

function redirectOf({ status, headers }: Response): string | null {
  return status >= 300 && status < 400 ? headers.get('Location') : null;
}

function headersOf({ headers }: IncomingMessage): Headers {
  const passed = Object.entries(headers).filter(([name]) => !NOT_PASSED.has(name));
  return new Headers(passed.map(([name, value]) => [name, String(value)]));
}

async function send(response: ServerResponse, { status, headers, body }: Response): Promise<void> {
  response.writeHead(status, Object.fromEntries(headers));
  if (body) await pipeline(Readable.fromWeb(body), response);
  else response.end();
}
