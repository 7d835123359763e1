import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { checkGateway } from '../../../src/edge/start-check.js';
import { AppError } from '../../../src/errors.js';
import { createLog } from '../../../src/log.js';
import { Recorder } from '../../support/log-lines.js';

let recorder: Recorder;
let closing: AbortController;

beforeEach(() => {
  recorder = new Recorder();
  closing = new AbortController();
});
afterEach(() => closing.abort());

const check = (answer: () => Promise<void>) =>
  checkGateway({ check: answer }, createLog({ level: 'info', destination: recorder }), closing.signal);

const refused = new AppError('SOURCE_UNAVAILABLE', 'the gateway does not accept the link token', { advice: 'copy it' });

it('says that all is well', async () => {
  await check(() => Promise.resolve());
  expect(recorder.lines).toMatchObject([{ level: 30, msg: 'the gateway takes the link token' }]);
});

it('says what is wrong, and what to do', async () => {
  await check(() => Promise.reject(refused));
  expect(recorder.lines).toMatchObject([{ level: 40, advice: 'copy it', msg: expect.stringContaining('link token') }]);
});

it('says nothing once the worker ends', async () => {
  await check(() => {
    closing.abort();
    return Promise.reject(refused);
  });
  expect(recorder.lines).toEqual([]);
});
