import type { Client } from './clients.js';
import type { RequestRecord } from './counters.js';
import type { Edit } from './edits.js';
import type { Fault } from './faults.js';
import type { Levers } from './levers.js';
import type { Choice, SessionView } from './picks.js';

export interface EmulatorOptions {
  /** Where all hosts listen; 127.0.0.1 if absent. */
  readonly host?: string;
  /** The port of API and OAuth; media hosts take free ones. 0 or absent: a free one. */
  readonly port?: number;
  /** A folder to serve as the account: sub-folders are albums. Throws SeedError if it cannot be read. */
  readonly library?: string;
  /** How many items to invent where no folder is given; 0 if absent. */
  readonly items?: number;
  readonly clock?: { now(): number };
  /** Also speaks TLS, under Google's names; see `caFile` and `proxy` of the ready line. */
  readonly tls?: boolean;
  /** Where to write the certificate; a temporary folder, gone at the end, if absent. Throws CaFileError. */
  readonly caFile?: string;
  /** Also is gphotosdl, on a port of its own; see `gphotosdl` of the ready line. */
  readonly gphotosdl?: boolean;
  readonly levers?: Partial<Levers>;
}

/** The command's first line: addresses without a trailing slash, and credentials that work at once. */
export interface ReadyLine {
  readonly api: string;
  readonly media: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  /** With TLS: the certificate, as PEM, that a client must trust. */
  readonly caFile?: string;
  /** With TLS: a proxy for clients that cannot be told where Google is. */
  readonly proxy?: string;
  /** With that option: where originals are, at `/id/{mediaItemId}`. */
  readonly gphotosdl?: string;
}

/** A running emulator; what acts or tells here is also reachable over HTTP under `/_emulator/`. */
export interface Emulator {
  readonly ready: ReadyLine;
  /** A client of another project: its tokens are no good with the ready line's client, and it has uploaded nothing. */
  readonly otherClient: Client;
  /** Read at each request; write to it at any time. */
  readonly levers: Levers;
  fail(fault: Fault): void;
  clearFaults(): void;
  /** Base URLs issued so far are refused with 403. */
  expireBaseUrls(): void;
  /** Access tokens issued so far are refused with 401; refresh tokens live on. */
  expireTokens(): void;
  /** The user takes the grant back: all tokens and base URLs end, and the next consent counts as the first. */
  revokeTokens(): void;
  advanceClock(ms: number): void;
  /** Reads the folder again: items come and go. New videos are PROCESSING at first. */
  rescan(): Promise<void>;
  /**
   * Changes the invented library, and gives the id of the item or album that was meant. Listings under way see shifted
   * pages, as at Google. Throws RangeError for what is not there, or for a folder.
   */
  change(edit: Edit): { readonly id: string };
  /** What a listing of the whole library holds at this moment, newest first: archived items are not in it. */
  listed(): { readonly id: string; readonly filename: string }[];
  /**
   * Chooses on the picking page of a session and presses Done, as a person would. Throws RangeError for items that are
   * not there, and for a session that is not open.
   */
  pick(sessionId: string, choice: Choice): void;
  /** The last 1000 picking sessions, oldest first. */
  pickingSessions(): SessionView[];
  /**
   * What no log may hold: the clients' secrets, and the last 10,000 each of tokens and codes, and of the opaque parts of
   * base URLs. Not to be had over HTTP.
   */
  issued(): string[];
  /** Requests by route key; "open" media bodies being sent, "opened" in total, "bytes" sent. */
  counters(): Readonly<Record<string, number>>;
  resetCounters(): void;
  /** The last 1000 requests, oldest first; a live list. */
  readonly requests: readonly RequestRecord[];
  /** Ends every connection. */
  close(): Promise<void>;
}
