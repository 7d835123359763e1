import { Command } from 'commander';
import { SYSTEM_CLOCK } from '../clock.js';
import { isLoopback } from '../config/addresses.js';
import { loadProxyConfig } from '../config/load-proxy.js';
import { PROXY_OPTIONS, type ProxyConfig } from '../config/proxy-options.js';
import { addFlags, configFlags } from './config-flags.js';
import { endSignal, exitCodeAfter } from './end-signal.js';
import { openLog } from './open-log.js';
import { prepareReadyFile } from './ready-file.js';

/** `photodav proxy`: the worker behind the proxy URL of a gateway. */
export function proxyCommand(): Command {
  const command = new Command('proxy')
    .description('send what the links of a gateway lead to, for delivery.policy proxy-url, until it is told to end')
    .option('--ready-file <file>', 'write one line of JSON with the addresses there, once requests are answered');
  return addFlags(command, PROXY_OPTIONS).action(async ({ readyFile }: { readonly readyFile?: string }) => {
    await run(await loadProxyConfig(configFlags(command)), readyFile);
  });
}

/** Exit code 0 after SIGTERM, which is how a service is ended, and 130 after SIGINT. */
async function run(config: ProxyConfig, readyPath: string | undefined): Promise<void> {
  const { gateway, linkToken, proxy, google } = config;
  const readyFile = readyPath === undefined ? undefined : await prepareReadyFile(readyPath);
  const log = await openLog(config.log);

  const { createWorker } = await import('../edge/worker.js');
  const { endpoint: googleEndpoint, httpProxy: http, httpsProxy: https, noProxy: no } = google;
  const worker = createWorker({
    ...proxy,
    gateway,
    linkToken,
    ...(googleEndpoint ? { googleEndpoint } : {}),
    proxy: {
      ...(http === undefined ? {} : { http }),
      ...(https === undefined ? {} : { https }),
      ...(no === undefined ? {} : { no }),
    },
    clock: SYSTEM_CLOCK,
    log,
  });
  try {
    const urls = await worker.listen();
    const ended = endSignal();
    process.stdout.write(`${startLines(config, urls).join('\n')}\n`);
    await readyFile?.announce(urls);
    const signal = await ended;
    log.info({ signal }, 'ending: running answers may finish');
    process.exitCode = exitCodeAfter(signal);
  } finally {
    await worker.close();
  }
}

/** What it serves, where, who may, and what is left to do. */
function startLines({ gateway, proxy: { host } }: ProxyConfig, urls: readonly URL[]): readonly string[] {
  return [
    `photodav proxy sends what links of ${gateway.href} lead to`,
    '',
    ...urls.map((url) => `  ${url.href}`),
    '',
    'Set delivery.proxyUrl of the gateway to the address that clients reach this worker at, and delivery.policy to proxy-url.',
    isLoopback(host)
      ? 'Only programs on this machine can reach it: put a reverse proxy with TLS before it (docs/proxy.md). Ctrl-C ends it.'
      : 'Whoever has a link can follow it, unencrypted, unless a reverse proxy with TLS stands before it. Ctrl-C ends it.',
  ];
}
