const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;
export type EndSignal = keyof typeof SIGNAL_NUMBERS;

/** Resolves with the first signal to end; a second one ends the process at once. */
export function endSignal(): Promise<EndSignal> {
  return new Promise((resolve) => {
    let isEnding = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (signal !== 'SIGINT' && signal !== 'SIGTERM') return;
      if (isEnding) process.exit(128 + SIGNAL_NUMBERS[signal]);
      isEnding = true;
      resolve(signal);
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  });
}

/** 0 after SIGTERM, which is how a service is ended, and 130 after SIGINT. */
export function exitCodeAfter(signal: EndSignal): number {
  return signal === 'SIGINT' ? 130 : 0;
}
