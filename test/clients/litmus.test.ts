import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { curl } from '../support/curl.js';
import { describeClient, inTempFolder, run } from '../support/clients.js';
import { PLAIN_ALBUM } from '../support/library.js';
import { readMultistatus } from '../support/multistatus.js';
import { startStage, type Stage } from '../support/stage.js';

const NEEDS = { commands: ['litmus', 'curl'], packages: ['litmus', 'curl'] };
const FOLDER = `/Albums/${encodeURIComponent(PLAIN_ALBUM)}/`;
const FILE = `${FOLDER}IMG_0001.jpg`;

const XML = '<?xml version="1.0" encoding="utf-8" ?>';
const LITMUS = 'http://example.com/neon/litmus/';
const prop = (inside: string): string => `${XML}<propfind xmlns="DAV:"><prop>${inside}</prop></propfind>`;
const numbered = Array.from({ length: 10 }, (_, n) => `<prop${n} xmlns="${LITMUS}"/>`).join('\n');
const greek = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta', 'iota', 'kappa'];
const manyNames = greek.map((name) => `<somename xmlns="http://example.com/${name}"/>`).join('\n');

/** What litmus 0.13's props suite sends, as recorded in its debug.log. */
interface LitmusRequest {
  readonly name: string;
  /** None: litmus sends none, and a file has only itself to show. */
  readonly depth?: '0';
  readonly body: string;
  readonly status: 207 | 400;
  /** Properties the answer must say it does not have. */
  readonly missing?: readonly string[];
}

const REQUESTS: readonly LitmusRequest[] = [
  { name: 'propfind_invalid', depth: '0', body: '<foo>', status: 400 },
  {
    name: 'propfind_invalid2',
    depth: '0',
    body: '<D:propfind xmlns:D="DAV:"><D:prop><bar:foo xmlns:bar=""/></D:prop></D:propfind>',
    status: 400,
  },
  {
    name: 'propfind_d0',
    depth: '0',
    body: prop(
      `<getcontentlength xmlns="DAV:"/><getlastmodified xmlns="DAV:"/><displayname xmlns="DAV:"/>` +
        `<resourcetype xmlns="DAV:"/><foo xmlns="${LITMUS}"/><bar xmlns="${LITMUS}"/>`,
    ),
    status: 207,
    missing: ['foo', 'bar'],
  },
  { name: 'propget', depth: '0', body: prop(numbered), status: 207, missing: ['prop0', 'prop9'] },
  { name: 'propextended', body: `${XML}<propfind xmlns="DAV:"><foobar/><allprop/></propfind>`, status: 207 },
  { name: 'propnullns', depth: '0', body: prop('<nonamespace xmlns=""/>'), status: 207, missing: ['nonamespace'] },
  {
    name: 'prophighunicode',
    depth: '0',
    body: prop(`<high-unicode xmlns="${LITMUS}"/>`),
    status: 207,
    missing: ['high-unicode'],
  },
  {
    name: 'propremoveset',
    depth: '0',
    body: prop(`<removeset xmlns="${LITMUS}"/>`),
    status: 207,
    missing: ['removeset'],
  },
  {
    name: 'propwformed',
    body: `${XML}<propfind xmlns='DAV:'><prop><valnspace xmlns='${LITMUS}'/></prop></propfind>`,
    status: 207,
    missing: ['valnspace'],
  },
  { name: 'propmanyns', depth: '0', body: prop(manyNames), status: 207, missing: ['somename'] },
];

const CHANGES = [
  ['propset', `<set><prop><prop0 xmlns="${LITMUS}">value0</prop0></prop></set>`],
  ['propnullns', '<set><prop><nonamespace xmlns="">randomvalue</nonamespace></prop></set>'],
  ['prophighunicode', `<set><prop><high-unicode xmlns='${LITMUS}'>&#65536;</high-unicode></prop></set>`],
  ['propdeletes', `<remove><prop><prop0 xmlns="${LITMUS}"></prop0></prop></remove>`],
] as const;

let stage: Stage;

describeClient('litmus', NEEDS, () => {
  beforeAll(async () => {
    stage = await startStage({ videos: 'short' });
  }, 60_000);
  afterAll(() => stage.close());

  it.each(['basic', 'copymove', 'props', 'locks', 'http'])(
    'finds the server in its suite %s, and is refused a folder',
    (suite) =>
      inTempFolder(async (cwd) => {
        const { stdout } = await run('litmus', ['-k', `${stage.program.url}${FOLDER}`], { cwd, env: { TESTS: suite } });
        // Every line of its progress ends with a carriage return.
        const lines = stdout.split(/[\r\n]+/);
        expect(lines).toContainEqual(expect.stringMatching(/^ 0\. init\.+ pass/));
        expect(lines).toContainEqual(expect.stringMatching(/^ 1\. begin\.+ FAIL \(.*403/));
      }),
  );

  it.each(REQUESTS)('is answered $status to $name about a file', async ({ depth, body, status, missing = [] }) => {
    const answer = await send('PROPFIND', FILE, body, depth);
    expect(answer.status).toBe(status);
    if (status === 207) expectToLack(answer.text, missing);
  });

  it.each(REQUESTS)('is answered rightly to $name about a folder', async ({ depth, body, status, missing = [] }) => {
    const answer = await send('PROPFIND', FOLDER, body, depth);
    // Without a Depth the whole tree is meant, which is refused; broken XML is found out before that.
    const expected = depth === undefined && status === 207 ? 403 : status;
    expect(answer.status).toBe(expected);
    if (expected === 207) expectToLack(answer.text, missing);
    if (expected === 403) expect(answer.text).toContain('<D:propfind-finite-depth/>');
  });

  it.each(CHANGES)('is refused the change of %s', async (_, changes) => {
    const body = `${XML}<propertyupdate xmlns="DAV:">${changes}</propertyupdate>`;
    for (const path of [FILE, FOLDER]) expect((await send('PROPPATCH', path, body)).status).toBe(403);
  });
});

function send(method: string, path: string, body: string, depth?: string): ReturnType<typeof curl> {
  const depthHeader = depth === undefined ? [] : ['-H', `Depth: ${depth}`];
  return curl(
    '-X',
    method,
    ...depthHeader,
    '-H',
    'Content-Type: application/xml',
    '--data-binary',
    body,
    stage.program.url + path,
  );
}

function expectToLack(text: string, missing: readonly string[]): void {
  const members = readMultistatus(text);
  expect(members).toHaveLength(1);
  expect(members[0]!.missing).toEqual(expect.arrayContaining([...missing]));
}
