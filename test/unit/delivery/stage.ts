import type { DeliveryRequest, PolicyContext } from '../../../src/delivery/policy.js';
import { createLog } from '../../../src/log.js';
import type { Link } from '../../../src/sources/source.js';
import { DavSource } from '../../support/dav-source.js';
import { Recorder } from '../../support/log-lines.js';
import { ManualClock } from '../../support/manual-clock.js';

export const item = { id: 'a', filename: 'a.jpg', mimeType: 'image/jpeg', createdAtMs: 0 };

/** A source of one item with a link, which a test may break. */
export class LinkedSource extends DavSource {
  answer: Link = {
    url: new URL('https://media.example/secret-base-url=d'),
    headers: {},
    expiresAtMs: 0,
    honoursRange: true,
  };
  linksNeedHeader = false;
  linkFailure: Error | undefined;
  links = 0;

  constructor() {
    super();
    this.contents.set(item.id, Buffer.from('0123456789'));
  }

  link(): Promise<Link> {
    this.links++;
    return this.linkFailure ? Promise.reject(this.linkFailure) : Promise.resolve(this.answer);
  }
}

/** What a policy is made with, and a request that may be redirected. */
export function setUp() {
  const source = new LinkedSource();
  const clock = new ManualClock();
  const recorder = new Recorder();
  source.answer = { ...source.answer, expiresAtMs: clock.now() + 60 * 60_000 };
  const context: PolicyContext = {
    source,
    linkToken: 'a-token-of-32-bytes-or-more-0123',
    linkLifeMs: 60_000,
    redirectClients: ['default'],
    leadsTo: () => Promise.resolve(true),
    clock,
    log: createLog({ level: 'debug', destination: recorder }),
  };
  const request: DeliveryRequest = {
    item,
    source,
    path: '/Albums/Summer 2024/a.jpg',
    userAgent: 'rclone/v1.60.1',
    conditional: false,
    signal: new AbortController().signal,
  };
  return { source, clock, context, request, lines: recorder.lines };
}
