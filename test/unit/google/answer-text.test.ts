import { describe, expect, it } from '@jest/globals';
import { answerText } from '../../../src/google/answer-text.js';

/** An answer without an end; `sent` is how many chunks of it were asked for. */
function endless(waitMs: number): { readonly response: Response; sent: () => number } {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      sent += 1;
      controller.enqueue(new TextEncoder().encode('{"a":1}   '));
    },
  });
  return { response: new Response(body), sent: () => sent };
}

describe('the text of an answer', () => {
  it('is what came, characters of several bytes too', async () => {
    expect(await answerText(new Response('für 写真'), { maxChars: 10 })).toBe('für 写真');
    expect(await answerText(new Response(null), { maxChars: 10 })).toBe('');
  });

  it('is not read on once it is too large', async () => {
    const { response, sent } = endless(0);
    await expect(answerText(response, { maxChars: 1000 })).rejects.toThrow('too large');
    expect(sent()).toBeLessThan(110);
  });

  it('is not waited for without an end', async () => {
    await expect(answerText(endless(5).response, { maxChars: 1e9, maxMs: 20 })).rejects.toThrow('too long');
  });
});
