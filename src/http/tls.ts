import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import type { Log } from '../log.js';

/** What a server shows and proves itself with, both PEM. */
export interface Tls {
  /** Its certificate, then those of the authorities between it and one that clients know. */
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

const CERT = 'server.tls.certFile';
const KEY = 'server.tls.keyFile';
const CERT_ADVICE = `give ${CERT} the PEM file of the certificate and its chain, often called fullchain.pem`;
const KEY_ADVICE = `give ${KEY} the PEM file of the certificate's private key, often called privkey.pem`;

/**
 * Reads the certificate and its key. Throws CONFIG_INVALID for a file that cannot be read or is not PEM, an encrypted
 * key, a key of another certificate, and what OpenSSL refuses; an expired certificate is only told in the log.
 */
export async function readTls(
  { certFile, keyFile }: TlsFiles,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<Tls> {
  const cert = await read(certFile, CERT);
  const key = await read(keyFile, KEY);
  const certificate = readCertificate(cert);
  if (!certificate.checkPrivateKey(readKey(key))) {
    throw new AppError('CONFIG_INVALID', `the key of ${KEY} is not that of the first certificate of ${CERT}`, {
      advice: `name the two files that were made together; the server's own certificate comes first in ${CERT}`,
    });
  }
  tryContext(cert, key);
  warnOfDates(certificate, clock, log);
  return { cert, key };
}

async function read(path: string, option: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EACCES: 'this program may not read it',
      EISDIR: 'it is a folder',
    };
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    throw new AppError('CONFIG_INVALID', `the file of ${option} cannot be read: ${reasons[code] ?? code}`, {
      cause,
      advice: `name a file that this program may read with ${option}`,
    });
  }
}

function readCertificate(pem: Buffer): X509Certificate {
  try {
    // It would take DER too, which the server then could not use.
    if (!pem.includes('-----BEGIN ')) throw new Error('no PEM');
    return new X509Certificate(pem);
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', `the file of ${CERT} holds no certificate in PEM`, {
      cause,
      advice: CERT_ADVICE,
    });
  }
}

function readKey(pem: Buffer): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    // In the first line of PKCS #8, and in a header of the older forms.
    throw pem.includes('ENCRYPTED')
      ? new AppError('CONFIG_INVALID', `the key of ${KEY} is encrypted`, {
          cause,
          advice: 'decrypt it with `openssl pkey -in KEY -out PLAIN`, keep the result to yourself, and name that file',
        })
      : new AppError('CONFIG_INVALID', `the file of ${KEY} holds no private key in PEM`, { cause, advice: KEY_ADVICE });
  }
}

/** Finds what only OpenSSL knows of, such as a key too short for its security level, or a broken chain. */
function tryContext(cert: Buffer, key: Buffer): void {
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('CONFIG_INVALID', `OpenSSL refuses the files of ${CERT} and ${KEY}: ${reason}`, {
      cause,
      advice:
        'get a certificate with an RSA key of 2048 bits or more, or an EC key of 256; the chain must be whole PEM',
    });
  }
}

function warnOfDates({ validFrom, validTo }: X509Certificate, clock: Clock, log: Log): void {
  if (Date.parse(validTo) < clock.now()) {
    log.warn({ validTo, advice: 'renew it; clients refuse it until then' }, 'the TLS certificate has expired');
  } else if (Date.parse(validFrom) > clock.now()) {
    log.warn({ validFrom, advice: "check this machine's clock" }, 'the TLS certificate is not valid yet');
  }
}
