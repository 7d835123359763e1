import { AppError } from '../../errors.js';
import { isSystemError, systemErrorCode } from '../../system-error.js';

/** Folders of the data folder that hold what belongs to an account. */
export type KeptFolder = 'tokens' | 'picks' | 'pins';

/**
 * Settles as the work in that folder does, but where the system refuses it with SOURCE_UNAVAILABLE: a full disk, or a folder
 * that is closed to us, may be mended while we run.
 */
export async function orUnavailable<T>(folder: KeptFolder, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof AppError || !isSystemError(cause)) throw cause;
    const message = `google photos: the folder ${folder} in the data folder cannot be used (${systemErrorCode(cause)})`;
    throw new AppError('SOURCE_UNAVAILABLE', message, {
      cause,
      advice:
        'see that the user whom photodav runs as can read and write it, and all in it, and that the disk is not full: ' +
        '`photodav login` and `photodav pick` are to be run as the user of `photodav serve`',
    });
  }
}
