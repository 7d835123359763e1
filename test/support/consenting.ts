import type { Answers, Person } from '../../src/app/sign-in.js';

/** A person in a test: what they do with Google's page, what they were told, and the pages they ended at. */
export interface Consenting extends Person {
  readonly consents: readonly URL[];
  readonly told: readonly string[];
  /** Texts of the pages, as they come. */
  readonly pages: Promise<string>[];
}

/** One who follows Google's page as a browser does, wherever it leads; the emulator consents for them. */
export function consenting(over: Partial<Person> = {}): Consenting {
  const consents: URL[] = [];
  const told: string[] = [];
  const pages: Promise<string>[] = [];
  return {
    consents,
    told,
    pages,
    visit(consent) {
      consents.push(consent);
      pages.push(fetch(consent).then((answer) => answer.text()));
      return Promise.resolve(undefined);
    },
    tell: (text) => void told.push(text),
    ...over,
  };
}

/** One who opens Google's page on another machine and pastes what `pasted` makes of the address it leads to. */
export function pasting(pasted: (address: URL) => readonly string[], isOpenEnded = false): Consenting {
  const consents: URL[] = [];
  const told: string[] = [];
  return {
    consents,
    told,
    pages: [],
    async visit(consent) {
      consents.push(consent);
      return linesOf(pasted(await addressAfter(consent)), isOpenEnded);
    },
    tell: (text) => void told.push(text),
  };
}

/** Where Google's page leads to. */
export async function addressAfter(consent: URL): Promise<URL> {
  const { headers } = await fetch(consent, { redirect: 'manual' });
  return new URL(headers.get('location') ?? 'about:blank');
}

function linesOf(lines: readonly string[], isOpenEnded: boolean): Answers {
  const left = [...lines];
  return {
    next: () => (left.length === 0 && isOpenEnded ? new Promise(() => undefined) : Promise.resolve(left.shift())),
  };
}
