import { join } from 'node:path';
import type { Clock } from '../clock.js';
import type { Config, Mount } from '../config/schema.js';
import { googleAddresses } from '../google/addresses.js';
import type { Governors } from '../google/governors.js';
import { SignIns, type SignInKey } from '../google/auth/sign-ins.js';
import type { Log } from '../log.js';
import { Picks } from '../sources/picker/picks.js';
import { PinRoom } from '../sources/pins/pin-room.js';
import type { SourceContext } from '../sources/source.js';
import { proxySettings } from './proxy-settings.js';

interface Parts {
  readonly log: Log;
  readonly clock: Clock;
  readonly governors: Governors;
  /** Shared with other sources, so that they keep to it together; one of its own if absent. */
  readonly pinRoom?: PinRoom;
}

/** What the configuration hands to the source of a mount. */
export function sourceContext(config: Config, mount: Mount, parts: Parts): SourceContext {
  const { log, clock, governors, pinRoom = openPinRoom(config) } = parts;
  const { google, delivery } = config;
  const { endpoint } = google;
  return {
    log,
    clock,
    governors,
    signIns: openSignIns(config, log),
    picksFolder: picksFolder(config),
    pinRoom,
    ...(config.mounts.length > 1 ? { mount: mount.path } : {}),
    google: {
      ...(endpoint ? { endpoint } : {}),
      proxy: proxySettings(google),
      idleTimeoutMs: delivery.idleTimeoutMs,
    },
    ...(mount.delivery.rendition ? { rendition: mount.delivery.rendition } : {}),
  };
}

/** Where pinned bytes are kept, for all accounts together. */
export function openPinRoom({ dataDir, pins }: Pick<Config, 'dataDir' | 'pins'>): PinRoom {
  return new PinRoom({ folder: join(dataDir, 'pins'), maxBytes: pins.maxBytes });
}

/** What people have signed in with where the configuration's Google is. */
export function openSignIns({ dataDir, google }: Pick<Config, 'dataDir' | 'google'>, log: Log): SignIns {
  return new SignIns({ folder: join(dataDir, 'tokens'), label: googleAddresses(google.endpoint).label, log });
}

/** What was picked with a sign-in, whether or not that is still there. */
export function openPicks(config: Pick<Config, 'dataDir' | 'google'>, key: SignInKey, log: Log): Picks {
  return new Picks({ folder: picksFolder(config), label: googleAddresses(config.google.endpoint).label, key, log });
}

function picksFolder({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'picks');
}
