import { AppError } from '../errors.js';
import type { MediaSource } from '../sources/source.js';

/** Throws POLICY_UNSUPPORTED, with the reason and the way out, for a source that cannot tell where its bytes are. */
export function requireLinks(policy: string, source: MediaSource): void {
  if (source.link) return;
  const { name, unlinked } = source;
  const reason = unlinked?.reason ?? `the source ${name} has no addresses to lead to`;
  const choice = 'choose the policy native-proxy for this mount';
  const advice = unlinked ? `${choice}, or ${unlinked.advice}` : choice;
  throw new AppError('POLICY_UNSUPPORTED', `policy ${policy}: ${reason}`, { advice });
}
