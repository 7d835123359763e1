/** The text with all that could steer a terminal made visible: some of it is of files and answers that others wrote. */
export function plain(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '\uFFFD');
}
