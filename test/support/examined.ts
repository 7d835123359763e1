import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnose, type DiagnoseParts } from '../../src/app/doctor/diagnose.js';
import type { Result } from '../../src/app/doctor/examine.js';
import { exitCodeOf } from '../../src/app/doctor/finding.js';
import type { System } from '../../src/config/folders.js';
import { createLog } from '../../src/log.js';

/** What `photodav doctor` has found, with the code that it ends with. */
export interface Examined {
  readonly results: readonly Result[];
  readonly exitCode: number;
  /** What one check has found; throws if there was none of this name. */
  of(check: string, mount?: string): Result;
}

export interface ExaminedOptions extends Partial<Omit<DiagnoseParts, 'system' | 'log'>> {
  readonly env?: Readonly<Record<string, string>>;
  readonly platform?: System['platform'];
}

/** A folder of its own, and what the doctor says of a configuration in it. */
export class Consultation {
  private constructor(readonly folder: string) {}

  static async open(): Promise<Consultation> {
    return new Consultation(await mkdtemp(join(tmpdir(), 'photodav-doctor-')));
  }

  get dataDir(): string {
    return join(this.folder, 'data');
  }

  async examine(file: object | string, options: ExaminedOptions = {}): Promise<Examined> {
    const { env = {}, platform = 'linux', ...parts } = options;
    const path = join(this.folder, 'config.json');
    const common = { server: { port: 0 }, dataDir: this.dataDir };
    const text = typeof file === 'string' ? file : JSON.stringify({ ...common, ...file });
    await writeFile(path, text, { mode: 0o600 });
    const system = { env, platform, home: this.folder, workingFolder: this.folder };
    const results: Result[] = [];
    const all = diagnose({ '--config': path }, { system, log: createLog({ level: 'silent' }), ...parts });
    for await (const result of all) results.push(result);
    return {
      results,
      exitCode: exitCodeOf(results),
      of(check, mount) {
        const found = results.find((each) => each.check === check && (mount === undefined || each.mount === mount));
        if (!found) throw new Error(`no check ${check} among ${results.map((each) => each.check).join(', ')}`);
        return found;
      },
    };
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
