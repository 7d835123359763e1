import { once as event } from 'node:events';
import { POLICIES } from '../../delivery/index.js';
import type { MediaItem } from '../../model.js';
import type { Page } from '../../sources/source.js';
import { wireFault } from '../../google/transport.js';
import type { Check } from './check.js';
import { ok, skipped, warning } from './finding.js';
import { needsSignIn, type MountSetup } from './mount-setup.js';
import { askWorker } from './worker-probe.js';

const PICTURES = 'docs/pictures.md';

/** Pluton's "Low-Resolution Downloads". */
export const RESOLUTION: Check<MountSetup> = {
  name: 'resolution',
  needs: ['configuration'],
  applies: needsSignIn,
  async run({ mount, transport }, signal) {
    if (mount.delivery.rendition) return ok('pictures are made smaller, as delivery.rendition says');
    const proxy = mount.source === 'library' ? mount.options.proxy : undefined;
    if (proxy === undefined) {
      const hint = 'for originals run gphotosdl, and set proxy of a library mount to it';
      return ok('pictures come as Google sends them: without the place, and at times compressed again', hint, PICTURES);
    }
    const { host } = new URL(proxy);
    try {
      const { body } = await transport.request(new URL(proxy), { method: 'GET', signal });
      body.on('error', () => undefined).destroy();
      return ok(`gphotosdl answers at ${host}, and sends originals`);
    } catch (error) {
      signal.throwIfAborted();
      const { code = 'no reason given' }: NodeJS.ErrnoException = wireFault(error);
      const message = `gphotosdl cannot be reached at ${host} (${code}): Google's bytes are served instead of originals`;
      return warning(message, 'start gphotosdl, or correct proxy', PICTURES);
    }
  },
};

export const DELIVERY: Check<MountSetup> = {
  name: 'delivery',
  needs: ['items'],
  async run(setup, signal) {
    const { mount, config, source, clock, log } = setup;
    const { policy, proxyUrl } = mount.delivery;
    const { linkLifeMs, redirectClients } = config.delivery;
    // Refuses what the source cannot serve, as the start does.
    POLICIES[policy].create({
      source: await source(),
      ...(proxyUrl === undefined ? {} : { proxyUrl: new URL(proxyUrl) }),
      linkToken: '',
      ...{ linkLifeMs, redirectClients },
      leadsTo: () => Promise.resolve(true),
      ...{ clock, log },
    });
    if (policy === 'native-proxy') return ok('bytes come through photodav');
    if (policy === 'proxy-url') return askWorker(setup, signal);
    const item = itemToOpen(await setup.firstPage());
    const link = item && (await (await source()).link?.(item, signal));
    if (!link) return ok('clients that can follow are redirected to Google');
    if (link.honoursRange)
      return ok(`clients that can follow are redirected to ${link.url.host}, which honours ranges`);
    const message = `${link.url.host} ignores ranges, so that clients are not redirected there`;
    return ok(message, 'nothing needs to be done: such items come through photodav', 'docs/delivery.md');
  },
};

export const BYTES: Check<MountSetup> = {
  name: 'bytes',
  needs: ['items'],
  async run({ source, firstPage }, signal) {
    const opened = await source();
    if (opened.measuresByOpening === true) return skipped('each opening is a whole download by gphotosdl');
    const item = itemToOpen(await firstPage());
    if (!item) return skipped('there is nothing to open');
    const { body, size } = await opened.open(item, { range: { first: 0, last: 0 }, signal });
    try {
      await event(body, 'readable', { signal });
      return ok(`the first byte of ${size} came`);
    } finally {
      body.on('error', () => undefined).destroy();
    }
  },
};

/** A picture if there is one: a video may take seconds to its first byte. */
function itemToOpen({ members }: Page<MediaItem>): MediaItem | undefined {
  return members.find(({ mimeType }) => mimeType.startsWith('image/')) ?? members[0];
}
