import { toTree } from './given.js';
import { OPTIONS, USER_PREFIX, written, type Option } from './options.js';
import { PLACEHOLDERS } from './placeholders.js';

/** Values for the example where there is no default, or one that nobody would copy. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  dataDir: '~/.local/share/photodav',
  'mounts.0.source': 'library',
  ...PLACEHOLDERS,
};

/** The text of config.example.json: every option that has a default, and a mount of the library. */
export function exampleConfig(): string {
  const values = OPTIONS.map(({ path, defaultValue }) => {
    // Nobody may sign in with what an example holds.
    if (path.startsWith(USER_PREFIX)) return ['users', []] as const;
    return [path, EXAMPLES[path] ?? defaultValue] as const;
  });
  return `${JSON.stringify(toTree(values.filter(([, value]) => value !== undefined)), undefined, 2)}\n`;
}

/** The table of options, as docs/configuration.md shows it. */
export function optionsTable(): string {
  const rows = OPTIONS.map((option) => [
    `\`${written(option.path)}\``,
    [option.flag, option.variable].flatMap((name) => (name === undefined ? [] : `\`${name}\``)).join('<br>'),
    option.allowed,
    option.defaultText ?? '',
    describe(option),
  ]);
  const head = ['In the file', 'Flag, variable', 'Allowed', 'Default', 'What it does'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(escape).join(' | ')} |\n`).join('');
}

function describe({ description, sources, systemVariables }: Option): string {
  const only = sources === undefined ? '' : `${sources.join(', ')}: `;
  const also = systemVariables.length === 0 ? '' : `; else ${systemVariables.map((name) => `\`${name}\``).join(', ')}`;
  return `${only}${description}${also}`;
}

function escape(cell: string): string {
  return cell.replaceAll('|', '\\|');
}
