import type { Clock } from '../../clock.js';
import type { System } from '../../config/folders.js';
import { parseFileLayer } from '../../config/file-layer.js';
import { checkConfig, configFile, loadConfig, type LoadedConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import type { Flags } from '../../config/text-layers.js';
import { toAppError, type AppError } from '../../errors.js';
import { googleAddresses, type GoogleAddresses } from '../../google/addresses.js';
import { Transport } from '../../google/transport.js';
import type { Log } from '../../log.js';
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
}

export interface SetupParts {
  readonly system: System;
  readonly clock: Clock;
  readonly log: Log;
  readonly nodeVersion: string;
}

/** Shorter than a check may take, so that a host which does not answer can still be named. */
const TIMEOUTS = { connectMs: 5_000, headersMs: 8_000, bodyMs: 8_000 };

/** Takes the configuration as it is; the transport is to be closed. CONFIG_INVALID only for a proxy that is no address. */
export async function openSetup(flags: Flags, parts: SetupParts): Promise<Setup> {
  const { system } = parts;
  const loaded = await loadConfig(flags, system).catch(toAppError);
  const { values: config } = 'values' in loaded ? loaded : await usual(system);
  const { endpoint, httpProxy: http, httpsProxy: https, noProxy: no } = config.google;
  const transport = new Transport(
    {
      ...(http === undefined ? {} : { http }),
      ...(https === undefined ? {} : { https }),
      ...(no === undefined ? {} : { no }),
    },
    TIMEOUTS,
  );
  const addresses = googleAddresses(endpoint);
  return {
    ...parts,
    configFile: configFile(flags, system).path,
    loaded,
    config,
    addresses,
    transport,
    hosts: once(() => askHosts(neededOrigins(config, addresses), { transport, clock: parts.clock })),
  };
}

/** What photodav would run with if nobody had configured anything. */
function usual(system: System): Promise<LoadedConfig> {
  const nothing = parseFileLayer('', '');
  const proxies = Object.entries(system.env).filter(([name]) => /^(https?|no)_proxy$/i.test(name));
  const taken = (env: System['env']): Promise<LoadedConfig> => checkConfig('', nothing, {}, { ...system, env });
  // One of them may be what cannot be taken.
  return taken(Object.fromEntries(proxies)).catch(() => taken({}));
}
