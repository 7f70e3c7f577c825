export type Cell = string | number | null

/**
 * Lines as CSV (RFC 4180, with a byte order mark, which spreadsheets ask of UTF-8). A cell that a spreadsheet would run
 * as a formula is made plain text.
 */
export function csv(lines: readonly (readonly Cell[])[]): string {
  return `\uFEFF${lines.map((cells) => cells.map(written).join(',')).join('\r\n')}\r\n`
}

function written(cell: Cell): string {
  if (typeof cell === 'number') return String(cell)
  const text = cell ?? ''
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
