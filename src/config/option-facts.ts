import { z } from 'zod';

/** What help texts, docs and fault messages need to know of an option beside its schema. */
export interface OptionFacts {
  /** What may be written, in words; derived from the schema where absent. */
  readonly allowed?: string;
  /** How a value is called in help texts; derived from the schema where absent. */
  readonly placeholder?: string;
  /** Told instead of a default that depends on the system. */
  readonly defaultText?: string;
  /** A value that is never shown, and for which no flag exists; may be given as a file instead. */
  readonly isSecret?: boolean;
  /** A value that may hold a password; never echoed in a message. */
  readonly isPrivate?: boolean;
  /** A path on this machine: `~` is expanded, a relative one starts at the file that names it, else at the working folder. */
  readonly isPath?: boolean;
  /** Words of a list that stand for others, and for which. */
  readonly standsFor?: Readonly<Record<string, readonly string[]>>;
  /** Variables of the system that stand in for the option when nothing else sets it, strongest first. */
  readonly systemVariables?: readonly string[];
}

/** Facts by schema; a wrapper such as a default inherits those of what it wraps. */
export const OPTION_FACTS = z.registry<OptionFacts>();
