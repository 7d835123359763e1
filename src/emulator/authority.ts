import { KeyObject, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';

const KEYS = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
/** As long as browsers accept a certificate for. */
const LIFETIME_DAYS = 397;

/** PEM texts. */
export interface Certificates {
  /** What a client must trust. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** A certificate for the names and addresses, by an authority that is made for it and signs nothing else. */
export async function makeCertificates(names: readonly string[]): Promise<Certificates> {
  // The package's dependency injection asks for this one, and does not bring it.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const makeKeys = (): Promise<webcrypto.CryptoKeyPair> => webcrypto.subtle.generateKey(KEYS, true, ['sign', 'verify']);
  const [own, leaf] = await Promise.all([makeKeys(), makeKeys()]);
  // Of the real day, whatever the emulator's clock says: the client looks at its own.
  const notBefore = new Date(Date.now() - DAY_MS);
  const terms = { notBefore, notAfter: new Date(notBefore.getTime() + LIFETIME_DAYS * DAY_MS) };
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...terms,
    name: 'CN=authority of the photodav emulator',
    keys: own,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(own.publicKey),
    ],
  });
  const certificate = await x509.X509CertificateGenerator.create({
    ...terms,
    subject: 'CN=photodav emulator',
    issuer: authority.subject,
    publicKey: leaf.publicKey,
    signingKey: own.privateKey,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(own.publicKey),
    ],
  });
  return {
    authority: `${authority.toString('pem')}\n`,
    certificate: certificate.toString('pem'),
    key: KeyObject.from(leaf.privateKey).export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}
