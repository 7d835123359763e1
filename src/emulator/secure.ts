import type { RequestListener } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { createServer, type Server } from 'node:net';
import { makeCertificates } from './authority.js';
import { writeCaFile, type CaFile } from './ca-file.js';
import { GOOGLE_NAMES } from './google-names.js';
import { createTunnelProxy } from './tunnels.js';

const LOCAL_NAMES = ['localhost', '127.0.0.1', '::1'];
/** The first byte of a TLS connection: the type of a record that holds a handshake (RFC 8446 §5.1). */
const HANDSHAKE = 0x16;

/** What `--tls` adds: TLS on the port of plain HTTP, and a proxy that ends the tunnels to Google's names. */
export interface Secure {
  readonly caFile: CaFile;
  readonly proxy: Server;
  /** Takes connections of both kinds, and gives plain HTTP to `plain`. */
  front(plain: Server): Server;
}

/** Throws CaFileError if the certificate of the authority cannot be written where it was asked for. */
export async function createSecure(listener: RequestListener, keepAliveMs: number, caPath?: string): Promise<Secure> {
  const names = Object.values(GOOGLE_NAMES);
  const { authority, certificate, key } = await makeCertificates([...names, ...LOCAL_NAMES]);
  const caFile = await writeCaFile(authority, caPath);
  const https = createHttpsServer({ cert: certificate, key, keepAliveTimeout: keepAliveMs }, listener);
  return {
    caFile,
    proxy: createTunnelProxy(new Set(names), (connection) => https.emit('connection', connection)),
    front: (plain) => frontOf(plain, https),
  };
}

function frontOf(plain: Server, https: HttpsServer): Server {
  return createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      const first = socket.read(1) as Buffer | null;
      if (first === null) return;
      socket.unshift(first);
      (first[0] === HANDSHAKE ? https : plain).emit('connection', socket);
    });
  });
}
