// Paints pictures with the shaders in scenes/, by WebGL in a headless Chromium (software rendering: no GPU is needed).

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const KNOBS = 8;
const TINTS = 6;

/** Bytes red, green, blue of a `#rrggbb`, as 0 to 1. */
const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);

const padded = (values, length) => [...values, ...Array(length).fill(0)].slice(0, length);

async function shaderSource(scene) {
  const [family, name] = scene.split('.');
  const read = (file) => readFile(join(HERE, 'scenes', file), 'utf8');
  const [common, own, frame] = await Promise.all([read('common.glsl'), read(`${family}.glsl`), read('frame.glsl')]);
  return `${common}\n#define SCENE_${name}\n${own}\n#define SCENE ${name}\n${frame}`;
}

/** WebGL's rows run from the bottom up and carry alpha; image tools want neither. */
function toRgbRows(rgba, width, height) {
  const out = Buffer.allocUnsafe(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    let from = (height - 1 - y) * width * 4;
    let to = y * width * 3;
    for (let x = 0; x < width; x += 1, from += 4, to += 3) {
      out[to] = rgba[from];
      out[to + 1] = rgba[from + 1];
      out[to + 2] = rgba[from + 2];
    }
  }
  return out;
}

/**
 * Opens a browser to paint with.
 *
 * `paint({ scene, width, height, seed, time?, knobs?, palette?, aged? })` resolves to RGB bytes, row by row;
 * `scene` is `<file>.<function>` of scenes/, `palette` a string of `#rrggbb` colours, `aged` the look of an
 * old print. `close()` ends the browser.
 */
export async function openPainter() {
  const waiting = [];
  const painting = new Map();
  let hungry;
  let nextId = 1;

  const feed = () => {
    if (!hungry || waiting.length === 0) return;
    const job = waiting.shift();
    painting.set(String(job.picture.id), job);
    hungry.setHeader('content-type', 'application/json').end(JSON.stringify(job.picture));
    hungry = undefined;
  };

  const server = createServer(async (request, response) => {
    const [, verb, id] = request.url.split('/');
    if (verb === '')
      return response.setHeader('content-type', 'text/html').end('<script type="module" src="/page"></script>');
    if (verb === 'page')
      return response.setHeader('content-type', 'text/javascript').end(await readFile(join(HERE, 'page.mjs')));
    if (verb === 'next') {
      hungry = response;
      return feed();
    }
    const job = painting.get(id);
    if (!job) return response.writeHead(404).end();
    painting.delete(id);
    const body = Buffer.concat(await request.toArray());
    response.end();
    if (verb === 'failed') return job.reject(new Error(`${job.name}: ${body.toString()}`));
    return job.resolve(toRgbRows(body, job.picture.width, job.picture.height));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const profile = await mkdtemp(join(tmpdir(), 'demo-painter-'));
  const flags = ['--headless=new', '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
  const browser = spawn(
    'chromium',
    [...flags, '--disable-gpu-watchdog', `--user-data-dir=${profile}`, `http://127.0.0.1:${server.address().port}/`],
    { stdio: 'ignore' },
  );
  const gone = once(browser, 'exit');

  return {
    async paint({ scene, width, height, seed, time = 0, knobs = [], palette = '', aged = 0 }) {
      const colours = palette.split(' ').filter(Boolean).flatMap(rgb);
      const picture = {
        id: nextId++,
        source: await shaderSource(scene),
        ...{ width, height, seed, time, aged },
        knobs: padded(knobs, KNOBS),
        palette: padded(colours, TINTS * 3),
      };
      return new Promise((resolve, reject) => {
        waiting.push({ picture, name: scene, resolve, reject });
        feed();
      });
    },
    async close() {
      hungry?.writeHead(204).end();
      browser.kill();
      await gone;
      server.close();
      server.closeAllConnections();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
