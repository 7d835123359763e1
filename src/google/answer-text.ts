export interface TextLimits {
  readonly maxChars: number;
  /** From now to the last character: one that comes drop by drop passes every timeout between two chunks. */
  readonly maxMs?: number;
}

const MAX_MS = 120_000;

/** The text of an answer. Rejects if it is larger, or takes longer, than any that Google means. */
export async function answerText(response: Response, { maxChars, maxMs = MAX_MS }: TextLimits): Promise<string> {
  if (!response.body) return '';
  const sinceMs = performance.now();
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > maxChars) throw new Error('the answer is too large');
    if (performance.now() - sinceMs > maxMs) throw new Error('the answer takes too long');
  }
  return text + decoder.decode();
}
