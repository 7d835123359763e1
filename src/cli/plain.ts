/** The text with all that could steer a terminal made visible: some of it is of files and answers that others wrote. */
export function plain(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '\uFFFD');
}

/** A value as one line of JSON, which lets DEL and the controls after it stand as they are: those are escaped too. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\u009f]/g, (control) => {
    return `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
