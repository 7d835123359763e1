import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, freePort, MissingProgram, versionOf } from '../lab.mjs';
import { makeFiles } from '../file-folder.mjs';

const MODULES = '/usr/lib/apache2/modules';
const LOADED = ['mpm_event', 'authz_core', 'mime', 'dav', 'dav_fs'];

/** Apache's `mod_dav` over a folder of files, configured for nothing else, as Debian builds it. */
export const modDav = {
  async start(lab, { items }) {
    const path = findProgram('apache2', 'apache2');
    if (!existsSync(join(MODULES, 'mod_dav_fs.so'))) throw new MissingProgram('mod_dav', 'apache2');
    const port = await freePort();
    const folder = lab.folder();
    // Started as root, Apache serves as www-data, who must get in; its locks need a folder that it may write.
    chmodSync(folder, 0o755);
    const files = makeFiles(join(folder, 'files'), items);
    mkdirSync(join(folder, 'locks'));
    chmodSync(join(folder, 'locks'), 0o777);
    const config = join(folder, 'apache2.conf');
    writeFileSync(config, configuration(folder, files, port));
    const program = lab.start('apache2', path, ['-D', 'FOREGROUND', '-f', config]);
    return { name: `Apache mod_dav ${versionOf(path, '-v')}`, url: `http://127.0.0.1:${port}/`, program };
  },
};

function configuration(folder, files, port) {
  const isRoot = process.getuid?.() === 0;
  return `${LOADED.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
Listen 127.0.0.1:${port}
ServerName 127.0.0.1
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
${isRoot ? 'User www-data\nGroup www-data' : ''}
TypesConfig /etc/mime.types
DavLockDB ${folder}/locks/db
DocumentRoot ${files}
<Directory ${files}>
  Dav On
  Require all granted
</Directory>
`;
}
