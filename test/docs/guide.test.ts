import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { guideMarkdown, guideText, GUIDE_SERVICES } from '../../src/app/guide.js';
import { guideSteps } from '../../src/app/guide/steps.js';
import { SOURCES } from '../../src/sources/index.js';

const page = readFileSync(new URL('../../docs/google-cloud.md', import.meta.url), 'utf8');
const steps = guideSteps({ services: GUIDE_SERVICES });
const scopes = Object.values(SOURCES).flatMap((kind) => ('scopes' in kind ? kind.scopes : []));

describe('docs/google-cloud.md', () => {
  // Written by `npm run docs`.
  it('has the steps that `photodav login --guide` prints', () => {
    expect(page).toContain(guideMarkdown());
  });

  it('names every scope that a source needs', () => {
    for (const scope of scopes) expect(page).toContain(scope);
    expect(scopes.filter((scope) => !GUIDE_SERVICES.some((service) => service.scope === scope))).toEqual([]);
  });

  it('leads to steps that are there', () => {
    const anchors = [...page.matchAll(/^### (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor]) => anchor);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(anchors).toContain(link);
  });
});

describe('every step', () => {
  it.each(steps.map((step) => [step.title, step] as const))(
    '%s: has a page, a button, a value and a date',
    (_, step) => {
      expect(step.page).not.toBe('');
      expect(step.actions.filter((action) => 'button' in action && action.button !== '')).not.toEqual([]);
      expect(step.actions.filter((action) => 'value' in action && action.value !== '')).not.toEqual([]);
      expect(step.described).toMatch(/^20\d\d-(0[1-9]|1[0-2])$/);
      expect(step.url ?? 'https://').toMatch(/^https:\/\//);
    },
  );

  it("marks the names of buttons that are not Google's own words", () => {
    const marked = [...page.matchAll(/press \*\*(.*)\*\* \(this name is not verified\)/g)].map(([, name]) => name);
    expect(marked).toEqual(['Add to table', 'Confirm', 'Download JSON']);
    expect(guideText(100, SOURCES.library.scopes)).toContain('press "Add to table" (this name is not verified)');
  });

  it('in the console leads there', () => {
    expect(steps.filter(({ url }) => url === undefined).map(({ title }) => title)).toEqual([
      'Sign in',
      'Agree in the browser',
    ]);
  });
});

describe('the guide for a terminal', () => {
  it("has the API and the scope of the mount's source alone", () => {
    const text = guideText(100, SOURCES.library.scopes);
    expect(text).toContain('https://console.cloud.google.com/apis/library/photoslibrary.googleapis.com');
    expect(text).toContain(
      'Manually add scopes: https://www.googleapis.com/auth/photoslibrary.readonly.appcreateddata\n',
    );
    expect(text).not.toContain('photospicker');
  });

  it('leads into a project that is there already', () => {
    const text = guideText(100, scopes, '123-abc.apps.googleusercontent.com');
    expect(text).toContain('https://console.cloud.google.com/auth/clients?project=123\n');
    expect(text).not.toContain('projectcreate');
  });
});
