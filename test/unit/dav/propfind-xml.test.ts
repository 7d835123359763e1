import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsePropfindXml } from '../../../src/dav/propfind-xml.js';
import { AppError } from '../../../src/errors.js';

const parse = (xml: string | Buffer) => parsePropfindXml(Buffer.from(xml));
const statusOf = (xml: string | Buffer): number | undefined => {
  try {
    parse(xml);
    return undefined;
  } catch (error) {
    return error instanceof AppError ? error.status : -1;
  }
};
const wrap = (inside: string): string => `<D:propfind xmlns:D="DAV:">${inside}</D:propfind>`;
const dav = (local: string) => ({ namespace: 'DAV:', local });

describe('a PROPFIND body', () => {
  it.each([
    [wrap('<D:allprop/>'), { kind: 'allprop', include: [] }],
    [wrap('<D:allprop/><D:include><D:getetag/></D:include>'), { kind: 'allprop', include: [dav('getetag')] }],
    [wrap('<D:propname/>'), { kind: 'propname' }],
    [wrap('<D:prop/>'), { kind: 'prop', names: [] }],
    ['<propfind xmlns="DAV:"><prop><a/></prop></propfind>', { kind: 'prop', names: [dav('a')] }],
    [wrap('<D:prop><D:a><D:b/></D:a></D:prop>'), { kind: 'prop', names: [dav('a')] }],
    [wrap('<D:prop><a xmlns=""/></D:prop>'), { kind: 'prop', names: [{ namespace: '', local: 'a' }] }],
    [
      wrap('<D:prop><x:thing xmlns:x="http://ns.example/x/"/></D:prop>'),
      { kind: 'prop', names: [{ namespace: 'http://ns.example/x/', local: 'thing' }] },
    ],
    [wrap('<x:new xmlns:x="urn:x"><D:prop><D:a/></D:prop></x:new><D:allprop/>'), { kind: 'allprop', include: [] }],
    [`<?xml version="1.0" encoding="UTF-8"?>\n${wrap('<D:propname/>')}`, { kind: 'propname' }],
    [Buffer.from(`\ufeff${wrap('<D:propname/>')}`, 'utf16le'), { kind: 'propname' }],
    [Buffer.from(`\ufeff${wrap('<D:propname/>')}`), { kind: 'propname' }],
  ])('%s', (xml, query) => {
    expect(parse(xml)).toEqual(query);
  });

  it.each([
    ['', 400],
    ['<foo>', 400],
    ['{"a":1}', 400],
    ['<D:propfind xmlns:D="DAV:"><D:prop>', 400],
    ['<D:propfind><D:allprop/></D:propfind>', 400],
    [wrap('<x:a xmlns:x=""/>'), 400],
    ['<D:propfind xmlns:D="DAV:" D:a="1" D:a="2"/>', 400],
    [`<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${wrap('<D:prop>&a;</D:prop>')}`, 400],
    [`<!DOCTYPE x>${wrap('<D:allprop/>')}`, 400],
    [wrap('<D:prop>&a;</D:prop>'), 400],
    [`<?xml version="1.0" encoding="ISO-8859-1"?>${wrap('<D:allprop/>')}`, 400],
    [Buffer.concat([Buffer.from(wrap('')), Buffer.from([0xff])]), 400],
    ['<a>'.repeat(33) + '</a>'.repeat(33), 400],
    [wrap(`<D:prop>${'<D:a/>'.repeat(300)}</D:prop>`), 400],
    [wrap(`<D:prop ${Array.from({ length: 70 }, (_, i) => `a${i}=""`).join(' ')}/>`), 400],
    [wrap(''), 422],
    ['<propfind><allprop/></propfind>', 422],
    ['<D:other xmlns:D="DAV:"><D:allprop/></D:other>', 422],
    [wrap('<D:x><D:allprop/></D:x>'), 422],
  ])('%s is refused with %d', (xml, status) => {
    expect(statusOf(xml)).toBe(status);
  });

  it.each([
    [1024, undefined],
    [1025, 400],
  ])('with a name or a namespace of %d characters is answered with %s', (length, status) => {
    const name = 'n'.repeat(length);
    expect(statusOf(wrap(`<D:prop><D:${name}/></D:prop>`))).toBe(status);
    expect(statusOf(wrap(`<D:prop><x:a xmlns:x="${name}"/></D:prop>`))).toBe(status);
  });

  it('of billions of laughs is refused at its first line', () => {
    const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
    expect(statusOf(`<!DOCTYPE l [<!ENTITY l0 "ha">${laughs}]>${wrap('<D:prop>&l9;</D:prop>')}`)).toBe(400);
  });

  it('of garbage is refused as a bad request', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string().map(wrap)), (xml) => {
        expect([undefined, 400, 422]).toContain(statusOf(xml));
      }),
    );
  });
});
