// Runs the benchmarks: `npm run bench -- [name ...] [--rounds N] [--items N]`. It measures and never judges.
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { cold } from './cold.mjs';
import { files } from './files.mjs';
import { Lab } from './lab.mjs';
import { listing } from './listing.mjs';
import { memory } from './memory.mjs';
import { restart } from './restart.mjs';
import { sizes } from './sizes.mjs';
import { transfer } from './transfer.mjs';

const BENCHMARKS = [listing, memory, restart, cold, sizes, transfer, files];
const USAGE = [
  'usage: npm run bench -- [name ...] [--rounds N] [--items N]',
  ...BENCHMARKS.map(({ name, summary, defaults }) => {
    const items = `${[defaults.items].flat().join(' and ')} items`;
    const rounds = defaults.rounds === undefined ? '' : `, ${defaults.rounds} rounds`;
    return `  ${name.padEnd(10)}${summary} (${items}${rounds})`;
  }),
].join('\n');

class UsageError extends Error {}

const print = (text) => console.log(text);
const note = (text) => console.error(text);

try {
  await main();
} catch (error) {
  const isUsage = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS');
  note(isUsage ? `error: ${error.message}\n${USAGE}` : error);
  process.exitCode = 1;
}

async function main() {
  const options = { rounds: { type: 'string' }, items: { type: 'string' }, help: { type: 'boolean' } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help) return print(USAGE);
  const unknown = positionals.find((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
  if (unknown !== undefined) throw new UsageError(`there is no benchmark ${unknown}`);
  const given = {
    ...('rounds' in values && { rounds: wholeNumber('rounds', values.rounds) }),
    ...('items' in values && { items: wholeNumber('items', values.items) }),
  };
  if (process.platform !== 'linux') throw new Error('the benchmarks read /proc and run on Linux only');
  const load = loadavg()[0].toFixed(1);
  print(`Node ${process.version}, ${process.arch}, ${availableParallelism()} cores, load ${load} before the start\n`);
  for (const benchmark of BENCHMARKS) {
    if (positionals.length > 0 && !positionals.includes(benchmark.name)) continue;
    print(`## ${benchmark.name}\n`);
    await inLab((lab) => benchmark.run({ ...benchmark.defaults, ...given, lab, print, note }));
  }
}

/** Gives `work` a lab and cleans it up, also when somebody stops us. */
async function inLab(work) {
  const lab = new Lab();
  const stop = () => void lab.close().then(() => process.exit(130));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.once(signal, stop);
  try {
    await work(lab);
  } finally {
    await lab.close();
    for (const signal of signals) process.off(signal, stop);
  }
}

function wholeNumber(name, text) {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new UsageError(`--${name} takes a whole number from 1, not ${text}`);
  return Number(text);
}
