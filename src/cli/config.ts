import { Command } from 'commander';
import { thisSystem } from '../config/folders.js';
import { jsonSchema } from '../config/json-schema.js';
import { configFile, loadConfig } from '../config/load.js';
import { shownOptions, type ShownOption } from '../config/shown-options.js';
import { AppError } from '../errors.js';
import { addConfigFlags, configFlags } from './config-flags.js';
import { configText } from './config-init.js';
import { isTerminal, TERMINAL } from './terminal.js';
import { createFile, readText } from './whole-file.js';

/** `photodav config`: what is configured, a file to begin with, and what may stand in it. */
export function configCommand(): Command {
  const command = new Command('config').description('show, begin or describe the configuration');
  const show = new Command('show')
    .description('print every option, its value and where that comes from; secrets are only said to be set')
    .option('--json', 'print one JSON object a line instead');
  command.addCommand(
    addConfigFlags(show).action(async ({ json }: { readonly json?: true }) => {
      await showConfig(show, json === true);
    }),
  );
  command.addCommand(
    new Command('init')
      .description('ask a few questions, and write a configuration file with the answers')
      .argument('[file]', 'the file to write; by default the one that photodav reads')
      .action(initConfig),
  );
  command.addCommand(
    new Command('schema')
      .description('print the JSON Schema of the configuration file, for editors')
      .action(() => void process.stdout.write(`${JSON.stringify(jsonSchema(), undefined, 2)}\n`)),
  );
  return command;
}

async function showConfig(command: Command, isJson: boolean): Promise<void> {
  const loaded = await loadConfig(configFlags(command));
  for (const shown of shownOptions(loaded)) {
    process.stdout.write(`${isJson ? JSON.stringify(shown) : lineOf(shown)}\n`);
  }
}

function lineOf({ option, value, standsFor = {}, isHidden, origin, place }: ShownOption): string {
  const what = isHidden ? 'set' : value === undefined ? 'not set' : JSON.stringify(value);
  const words = Object.entries(standsFor).map(([word, others]) => `; ${word}: ${others.join(' ')}`);
  return `${option}\t${what}${words.join('')}\t${place === '' ? origin : place}`;
}

async function initConfig(written: string | undefined): Promise<void> {
  const flags = written === undefined ? {} : { '--config': written };
  const { path } = configFile(flags, thisSystem());
  if ((await readText(path)) !== undefined) {
    const advice = 'change it with an editor, or name another file: `photodav config init FILE`';
    throw new AppError('CONFIG_INVALID', `${path} is there already`, { advice });
  }
  if (!isTerminal()) {
    const advice = 'run it in a terminal, or write the file after config.example.json and `photodav config schema`';
    throw new AppError('CONFIG_INVALID', 'config init asks questions, and standard input is no terminal', { advice });
  }
  await createFile(path, await configText(TERMINAL, path));
  process.stdout.write(
    `wrote ${path}; \`photodav\` starts with it${written === undefined ? '' : `: --config ${path}`}\n`,
  );
}
