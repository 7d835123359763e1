import { mustRun, run, type RunResult } from './clients.js';

export interface CurlAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The same as text. */
  readonly text: string;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LIMIT = ['--max-time', '60'];

/** What curl, given these options, is answered. Throws where it gets no complete answer; addresses are escaped first. */
export async function curl(...options: string[]): Promise<CurlAnswer> {
  const args = ['--silent', '--show-error', '--include', '--globoff', ...LIMIT, ...options.map(escaped)];
  const { stdoutBytes } = await mustRun('curl', args);
  let { head, rest } = split(stdoutBytes);
  // "100 Continue" is a head of its own before the answer's.
  while (head.startsWith('HTTP/1.1 1')) ({ head, rest } = split(rest));
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(headers),
    body: rest,
    text: rest.toString(),
  };
}

function split(bytes: Buffer): { head: string; rest: Buffer } {
  const end = bytes.indexOf(HEAD_END);
  return { head: bytes.subarray(0, end).toString('latin1'), rest: bytes.subarray(end + HEAD_END.length) };
}

/** curl as it ends, whatever that is: for requests that are cut off. */
export function curlRaw(...options: string[]): Promise<RunResult> {
  return run('curl', ['--silent', '--show-error', '--globoff', ...LIMIT, ...options.map(escaped)]);
}

const escaped = (option: string): string => (option.startsWith('http://') ? option.replaceAll(' ', '%20') : option);
