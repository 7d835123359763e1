import { baseUrls } from './google.mjs';
import { Levers } from './levers.mjs';
import { makePhotos } from './photo-folder.mjs';
import { learnSizes, startEmulatorOf, startPhotodav } from './servers/photodav.mjs';
import { rcloneGoogle } from './servers/rclone-google.mjs';

/**
 * The same files by each way: from the emulator itself, through photodav, and through `rclone serve webdav` over its
 * Google Photos backend.
 *
 * rclone cannot be told where Google is, so it asks by the emulator's proxy and TLS; so does the second photodav.
 */
export async function transferStage(lab, count, bytes) {
  const folder = lab.folder();
  const names = makePhotos(folder, count, bytes);
  const { account } = await startEmulatorOf(lab, ['--library', folder, '--tls']);
  const direct = await baseUrls(account);
  const plain = await startPhotodav(lab, account, lab.folder());
  const byTls = await startPhotodav(lab, account, lab.folder(), {
    PHOTODAV_GOOGLE_ENDPOINT: '',
    PHOTODAV_GOOGLE_HTTPS_PROXY: account.proxy,
    NODE_EXTRA_CA_CERTS: account.caFile,
  });
  for (const { url } of [plain, byTls]) await learnSizes(new URL('All/', url).href, count);
  const rclone = rcloneGoogle(lab, account);
  const served = await rclone.serve();
  const below = (root) => names.map((name) => new URL(name, root).href);
  return {
    levers: new Levers(account),
    ways: [
      { name: 'the emulator, asked directly', urls: names.map((name) => direct.get(name)) },
      { name: 'photodav', urls: below(new URL('All/', plain.url)) },
      { name: 'photodav, by TLS and proxy', urls: below(new URL('All/', byTls.url)) },
      { name: `${rclone.name} serve webdav, by TLS and proxy`, urls: below(served) },
    ],
  };
}
