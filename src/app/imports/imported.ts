import { AppError } from '../../errors.js';

/** An option that another program had, in photodav's terms. */
export interface ImportedOption {
  /** Dotted, as the configuration names it; `mounts.0.` stands for the mount that is imported. */
  readonly path: string;
  /** What the other program calls it. */
  readonly from: string;
  readonly value: string | number | boolean;
}

/** An OAuth client that nobody has signed in with yet. */
export interface ImportedClient {
  readonly kind: 'client';
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where Google sends the browser back to; absent if any port of loopback will do, as with Desktop clients. */
  readonly redirectUri?: URL;
}

/** A sign-in of another program. Its refresh token works with the client that obtained it, and with no other. */
export interface ImportedToken {
  readonly kind: 'token';
  readonly refreshToken: string;
  /** Absent where the text does not tell them. */
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly options: readonly ImportedOption[];
  /** Names of settings that photodav has no option for. */
  readonly withoutOption: readonly string[];
}

export type Imported = ImportedClient | ImportedToken;

/** CONFIG_INVALID for what cannot be signed in with; neither of the two texts repeats anything of it that may be secret. */
export function unusable(what: string, advice: string): AppError {
  return new AppError('CONFIG_INVALID', `cannot import ${what}`, { advice });
}

/** The one that is named, or the only one. CONFIG_INVALID names those there are. */
export function chooseOne<T>(found: ReadonlyMap<string, T>, name: string | undefined, what: string): T {
  const names = [...found.keys()];
  const [only] = found.values();
  if (name === undefined && only !== undefined && found.size === 1) return only;
  const advice = `choose one of them with --remote: ${names.join(', ')}`;
  if (name === undefined) throw unusable(`${found.size} ${what}s at once`, advice);
  const chosen = found.get(name) ?? found.get(name.replace(/:$/, ''));
  if (chosen === undefined) throw unusable(`the ${what} that --remote names, for it is not there`, advice);
  return chosen;
}
