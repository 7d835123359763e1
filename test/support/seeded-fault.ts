import { expect } from '@jest/globals';
import type { Consultation, ExaminedOptions } from './examined.js';

/** Something that is broken on purpose, and what the doctor must say of it. */
export interface SeededFault {
  readonly prepare?: () => unknown;
  readonly file: () => object | string | Promise<object | string>;
  readonly options?: () => ExaminedOptions;
  readonly check: string;
  readonly status: 'warning' | 'failure';
  readonly message: RegExp;
  readonly advice: RegExp;
  readonly link?: RegExp;
  readonly exitCode: number;
}

/** Whatever the emulator issues, and what the tests choose for secrets. */
const SECRETS = /geheim|GOCSPX-[a-z]|ya29\.|1\/\/|"4\/0|-by-the-owner/;

/** Seeds the fault, and compares what the doctor says of it, and that it tells no secret. */
export async function expectNamed(seeded: SeededFault, consultation: Consultation): Promise<void> {
  await seeded.prepare?.();
  const examined = await consultation.examine(await seeded.file(), seeded.options?.());
  const { status, message, advice, link } = examined.of(seeded.check);
  expect([status, message]).toEqual([seeded.status, expect.stringMatching(seeded.message)]);
  expect(advice).toMatch(seeded.advice);
  expect(link).toMatch(seeded.link ?? /^(docs\/[\w-]+\.md|https:\/\/[\w.]+)/);
  expect(examined.exitCode).toBe(seeded.exitCode);
  expect(JSON.stringify(examined.results)).not.toMatch(SECRETS);
}
