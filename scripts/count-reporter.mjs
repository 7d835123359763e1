// Prints, after everything else, what a machine reads: how many tests passed, failed and were skipped.
import { writeSync } from 'node:fs';

const STANDARD_OUTPUT = 1;

/** A jest reporter; jest takes the default export. A file that could not run at all counts as one failure. */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`;
    // Jest puts its own summary behind every other reporter.
    process.once('exit', () => writeSync(STANDARD_OUTPUT, line));
  }
}
