import type { OutgoingHttpHeaders } from 'node:http';

/** Types that a browser may show in place; all else could run in our origin (RFC 4918 §20.8). */
const SHOWN_IN_PLACE = /^(image\/(?!svg)|video\/|audio\/|text\/plain)/;
const MEDIA_TYPE = /^(image|video|audio)\/[\w.+-]+$/;

/** The media type as sent and listed; what is neither image, video nor audio is octets, never `text/html`. */
export function mediaType(told: string): string {
  return MEDIA_TYPE.test(told) ? told : 'application/octet-stream';
}

/** How a browser is to take bytes of this type under this name: shown, or saved; never run. */
export function handlingHeaders(type: string, name: string): OutgoingHttpHeaders {
  const isShown = SHOWN_IN_PLACE.test(type);
  return {
    'X-Content-Type-Options': 'nosniff',
    'Content-Disposition': contentDisposition(isShown ? 'inline' : 'attachment', name),
    ...(isShown ? {} : { 'Content-Security-Policy': "sandbox; default-src 'none'" }),
  };
}

/** RFC 6266: a plain name for old clients, the real one by RFC 8187 where it differs. */
function contentDisposition(type: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^ -~]|["\\%]/g, '_');
  if (plain === name) return `${type}; filename="${plain}"`;
  const encoded = encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `${type}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
