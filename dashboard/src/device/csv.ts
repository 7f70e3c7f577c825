import { save } from '../api/save.ts'

/** A table as spreadsheets open it: a mark for UTF-8, every cell in quotes, lines ended the old way. */
export function csv(rows: readonly (readonly string[])[]): string {
  return `\ufeff${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

/** A cell that begins like a formula would be run by whoever opens the file: it is kept as text (OWASP, CSV injection). */
function cell(text: string): string {
  const kept = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return `"${kept.replaceAll('"', '""')}"`
}

/** Hands the browser a file of our own making. */
export function download(name: string, text: string): void {
  save(name, new Blob([text], { type: 'text/csv;charset=utf-8' }))
}
