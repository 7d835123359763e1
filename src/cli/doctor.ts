import { Command } from 'commander';
import { thisSystem } from '../config/folders.js';
import { createLog } from '../log.js';
import { chooseMount } from './choose-mount.js';
import { addConfigFlags, configFlags } from './config-flags.js';
import { jsonLine, plain } from './plain.js';

interface Flags {
  readonly json?: true;
  readonly mount?: string;
}

interface Told {
  readonly check: string;
  readonly mount?: string;
  readonly status: string;
  readonly message: string;
  readonly advice?: string;
  readonly link?: string;
}

/** How long what did not answer may keep the process once all is told. */
const LINGER_MS = 1_000;

/** `photodav doctor`: what stands between a person and their photos. */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description(
      'look at everything that a sign-in and a library stand on, and say what is wrong and what to do; changes nothing',
    )
    .option('--json', 'print one JSON object a line instead')
    .option('--mount <path>', 'look at this mount alone, where there are several');
  return addConfigFlags(command).action(async ({ json, mount }: Flags) => {
    process.once('SIGINT', () => process.exit(130));
    const { diagnose } = await import('../app/doctor/diagnose.js');
    const { exitCodeOf } = await import('../app/doctor/finding.js');
    const found = [];
    const results = diagnose(configFlags(command), {
      system: thisSystem(),
      // What it would tell is told by the findings.
      log: createLog({ level: 'silent' }),
      ...(mount === undefined ? {} : { only: (config) => chooseMount(config, mount) }),
    });
    for await (const result of results) {
      found.push(result);
      process.stdout.write(`${json ? jsonOf(result) : textOf(result)}\n`);
    }
    process.exitCode = exitCodeOf(found);
    // A name that is still being looked up, for one, cannot be left in any other way.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  });
}

function jsonOf({ check, mount, status, message, advice, link }: Told): string {
  return jsonLine({ check, mount, status, message, advice, link });
}

function textOf({ check, mount, status, message, advice, link }: Told): string {
  const subject = mount === undefined ? check : `${check} of ${mount}`;
  const more = [advice === undefined ? [] : `advice: ${advice}`, link === undefined ? [] : `see: ${link}`].flat();
  const lines = [`${status.padEnd(8)}${subject}: ${message}`, ...more.map((line) => `${' '.repeat(8)}${line}`)];
  return plain(lines.join('\n'));
}
