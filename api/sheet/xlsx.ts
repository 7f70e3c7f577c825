import writeXlsxFile from 'write-excel-file/node'
import type { Cell } from './csv.ts'

/** One sheet of a workbook: its lines, the first `heads` of them set strong. Names are at most 31 signs. */
export interface Sheet {
  name: string
  heads: number
  lines: readonly (readonly Cell[])[]
}

/** Sheets as an XLSX workbook. Text stays text: nothing in it is run as a formula. */
export async function xlsx(sheets: readonly Sheet[]): Promise<Buffer> {
  const written = sheets.map(({ lines, heads, name }) => ({
    sheet: name.slice(0, 31),
    data: lines.map((cells, n) =>
      cells.map((cell) => {
        if (cell === null || cell === '') return null
        const weight = n < heads ? ({ fontWeight: 'bold' } as const) : {}
        return typeof cell === 'number'
          ? { type: Number, value: cell, ...weight }
          : { type: String, value: cell, ...weight }
      }),
    ),
  }))
  return writeXlsxFile(written).toBuffer()
}
