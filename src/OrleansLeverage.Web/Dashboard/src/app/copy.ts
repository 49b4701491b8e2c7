import { signal } from '@preact/signals';

/** What was just done, said once to the reader; empty when there is nothing to say. */
export const said = signal('');
let timer: ReturnType<typeof setTimeout> | undefined;

export function say(text: string): void {
  said.value = text;
  clearTimeout(timer);
  timer = setTimeout(() => { said.value = ''; }, 4_000);
}

export function copy(text: string): void {
  navigator.clipboard.writeText(text).then(() => say('Copied'), () => say('The browser does not allow copying'));
}

/** Saves text as a file of the reader's. */
export function download(name: string, text: string, type = 'text/csv'): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(address);
  say(`Saved ${name}`);
}

/** Rows as CSV; a cell that could be read as a formula by a spreadsheet is quoted as text. */
export function csv(header: string[], rows: string[][]): string {
  const cell = (text: string) => {
    const safe = /^[=+@\t\r]/.test(text) || /^-(?![\d.])/.test(text) ? "'" + text : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [header, ...rows].map((row) => row.map(cell).join(',')).join('\n') + '\n';
}
