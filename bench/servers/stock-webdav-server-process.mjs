// A stock webdav-server with so many virtual files at its root: `node … <port> <count>`.
import { v2 as webdav } from 'webdav-server';
import { fileNames } from '../file-folder.mjs';

const [port, count] = process.argv.slice(2).map(Number);

// In one object, for adding files one by one takes a walk through its privileges for each.
const files = Object.fromEntries(fileNames(count).map((name) => [name, 'photo']));
const server = new webdav.WebDAVServer({ port, hostname: '127.0.0.1' });
server.rootFileSystem().addSubTree(server.createExternalContext(), files, (error) => {
  if (error) throw error;
  server.start();
});
