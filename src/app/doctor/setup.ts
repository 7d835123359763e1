import { join } from 'node:path';
import { DiskStore } from '../../catalog/store/disk-store.js';
import { MemoryStore } from '../../catalog/store/memory-store.js';
import { inspectStore, type StoreInspection } from '../../catalog/store/store-inspection.js';
import type { Clock } from '../../clock.js';
import type { System } from '../../config/folders.js';
import { parseFileLayer } from '../../config/file-layer.js';
import { checkConfig, configFile, loadConfig, type LoadedConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import type { Flags } from '../../config/text-layers.js';
import { toAppError, type AppError } from '../../errors.js';
import { googleAddresses, type GoogleAddresses } from '../../google/addresses.js';
import type { Governors } from '../../google/governors.js';
import { Transport } from '../../google/transport.js';
import type { Log } from '../../log.js';
import { createGovernors } from '../libraries.js';
import { proxySettings } from '../proxy-settings.js';
import { askHosts, neededOrigins, type HostAnswer } from './hosts.js';
import { once } from './once.js';

/** The set-up that is looked at. */
export interface Setup {
  readonly system: System;
  readonly clock: Clock;
  readonly log: Log;
  /** As `process.versions.node` tells it. */
  readonly nodeVersion: string;
  /** Where the configuration file is, or would be. */
  readonly configFile: string;
  /** The error if it cannot be taken. */
  readonly loaded: LoadedConfig | AppError;
  /** What is configured; the defaults, with the system's proxies, where that cannot be taken. */
  readonly config: Config;
  readonly addresses: GoogleAddresses;
  readonly transport: Transport;
  /** What Google's hosts answered; they are asked once. */
  readonly hosts: () => Promise<readonly HostAnswer[]>;
  /** What the catalog's store holds; looked at once. */
  readonly store: () => Promise<StoreInspection>;
  /** Where requests to Google are counted, those of this run too. */
  readonly governors: Governors;
  /** Aborted when nobody waits for a check any more. */
  readonly closing: AbortSignal;
}

export interface SetupParts {
  readonly system: System;
  readonly clock: Clock;
  readonly log: Log;
  readonly nodeVersion: string;
  readonly closing: AbortSignal;
}

/** Shorter than a check may take, so that a host which does not answer can still be named. */
const TIMEOUTS = { connectMs: 5_000, headersMs: 8_000, bodyMs: 8_000 };
/** So that what was read until then can still be told: all of a large library's listings take longer on a slow disk. */
const READING_MS = 5_000;

/** Takes the configuration as it is; the transport is to be closed. CONFIG_INVALID only for a proxy that is no address. */
export async function openSetup(flags: Flags, parts: SetupParts): Promise<Setup> {
  const { system } = parts;
  const loaded = await loadConfig(flags, system).catch(toAppError);
  const { values: config } = 'values' in loaded ? loaded : await usual(system);
  const transport = new Transport(proxySettings(config.google), TIMEOUTS);
  const addresses = googleAddresses(config.google.endpoint);
  const catalog = join(config.dataDir, 'catalog');
  return {
    ...parts,
    configFile: configFile(flags, system).path,
    loaded,
    config,
    addresses,
    transport,
    hosts: once(() => askHosts(neededOrigins(config, addresses), { transport, clock: parts.clock })),
    store: once(() => inspectStore(catalog, { isEnough: after(READING_MS, parts.clock), signal: parts.closing })),
    governors: await openGovernors(config, parts),
  };
}

/** True from so long after now. */
function after(ms: number, clock: Clock): () => boolean {
  const fromMs = clock.now() + ms;
  return () => clock.now() >= fromMs;
}

/** With today's counts, if there are any yet: no store is made for the sake of looking. */
async function openGovernors(config: Config, parts: SetupParts): Promise<Governors> {
  const { catalog, dataDir } = config;
  const kept = catalog.store === 'disk' ? await DiskStore.existing(join(dataDir, 'catalog'), parts.log) : undefined;
  return createGovernors(config, kept ?? new MemoryStore(), parts);
}

/** What photodav would run with if nobody had configured anything. */
function usual(system: System): Promise<LoadedConfig> {
  const nothing = parseFileLayer('', '');
  const proxies = Object.entries(system.env).filter(([name]) => /^(https?|no)_proxy$/i.test(name));
  const taken = (env: System['env']): Promise<LoadedConfig> => checkConfig('', nothing, {}, { ...system, env });
  // One of them may be what cannot be taken.
  return taken(Object.fromEntries(proxies)).catch(() => taken({}));
}
