import { isIP, isIPv4 } from 'node:net';
import { z } from 'zod';
import { OPTION_FACTS } from './option-facts.js';

const HOST_NAME = /^(?=.{1,253}$)[a-z\d_](?:[\w-]*[a-z\d])?(?:\.[a-z\d_](?:[\w-]*[a-z\d])?)*\.?$/;

/** Whether only this machine can reach `host`: localhost, 127.0.0.0/8 or ::1. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** Schema of an address to listen on; its output is lower case, without the brackets of an IPv6 address. */
export const listenHost = z
  .string()
  .transform((text, context) => {
    const host = text
      .trim()
      .toLowerCase()
      .replace(/^\[(.*)\]$/, '$1');
    // Digits and dots that are no address would be looked up as a name.
    const isName = HOST_NAME.test(host) && !/^[\d.]+$/.test(host);
    if (isIP(host) === 0 && !isName) context.addIssue({ code: 'custom' });
    return host;
  })
  .register(OPTION_FACTS, { allowed: 'an IP address or a host name', placeholder: 'address' });

/** Schema of the path that WebDAV is served under; its output starts with a slash and ends with one only if it is `/`. */
export const basePath = z
  .string()
  .regex(/^\/?(?:(?!\.{1,2}(?:\/|$))[\w.~-]+(?:\/|$))*$/)
  .transform((text) => `/${text.replace(/^\/|\/$/g, '')}`)
  .register(OPTION_FACTS, { allowed: 'a path of letters, digits and - . _ ~ such as /photos', placeholder: 'path' });

/** Schema of a name that may stand in a request's Host header; without a port, lower case. */
export const hostName = z
  .string()
  .regex(/^(?:[\w.-]+|\[[\da-fA-F:.]+\])$/)
  .transform((text) => text.toLowerCase());

/**
 * Schema of an HTTP proxy; one written without a scheme is taken to speak plain HTTP, as curl does.
 *
 * The system's own variables stand in for it.
 */
export const proxyUrl = (...systemVariables: string[]) =>
  z
    .string()
    .transform((text) => (text.includes('://') ? text : `http://${text}`))
    .pipe(z.url({ protocol: /^https?$/ }))
    .register(OPTION_FACTS, {
      allowed: 'an address such as http://proxy.example:3128',
      placeholder: 'url',
      isPrivate: true,
      systemVariables,
    });

/**
 * Schema of where a proxy URL leads; its output is an address whose path may still be added to.
 *
 * Never echoed, for one that is refused may hold a password.
 */
export const deliveryUrl = z
  .url({ protocol: /^https?$/ })
  .superRefine((text, context) => {
    const message = URL.canParse(text) ? faultOfLinks(new URL(text)) : undefined;
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .register(OPTION_FACTS, {
    allowed: 'an address that begins with http:// or https://, such as https://worker.example/',
    placeholder: 'url',
    isPrivate: true,
  });

/** Why links must not begin with this address. */
function faultOfLinks({ username, password, search, hash }: URL): string | undefined {
  if (username !== '' || password !== '') return 'holds a user or a password, which every client would be told';
  return search === '' && hash === ''
    ? undefined
    : 'has a query or a fragment, and the path of the item goes behind it';
}
