import { parse } from 'csv-parse/sync'
import { columnsOf, isHeading, type ListColumn } from '@anju/domain/device/list-columns'
import type { ListRow } from '@anju/domain/device/list'

/** What a county brings at once; more is two files, so that a person can still look at what is to happen. */
export const MAX_ROWS = 5000

/** Titles and a second row of headings stand above the rows, never deeper than this. */
const HEADING_WITHIN = 10

export type Unreadable = 'empty' | 'encoding' | 'not-text' | 'headings' | 'too-many' | 'quotes'

export interface ListFile {
  encoding: string
  delimiter: ',' | ';' | '\t'
  columns: ListColumn[]
  rows: ListRow[]
}

/**
 * Reads a list of devices as spreadsheets save it: UTF-8 or GBK (GB 18030) or UTF-16, comma, semicolon or tab, a title
 * above, one or two rows of headings in Chinese or English. Says why when it cannot.
 */
export function parseListFile(bytes: Uint8Array): ListFile | { unreadable: Unreadable } {
  const decoded = decode(bytes)
  if (decoded === null) return { unreadable: isBinary(bytes) ? 'not-text' : 'encoding' }
  if (decoded.text.trim() === '') return { unreadable: 'empty' }
  const delimiters = [',', ';', '\t'] as const
  let torn = false
  let best: { delimiter: ListFile['delimiter']; records: FileRecord[]; heading: number; names: number } | undefined
  for (const delimiter of delimiters) {
    const records = recordsOf(decoded.text, delimiter)
    if (records === null) {
      torn = true
      continue
    }
    const heading = records.slice(0, HEADING_WITHIN).findIndex(({ record }) => isHeading(record))
    const names = heading < 0 ? 0 : columnsOf(records[heading]?.record ?? []).size
    if (names > (best?.names ?? 0)) best = { delimiter, records, heading, names }
  }
  if (!best) return { unreadable: torn ? 'quotes' : isBinary(bytes) ? 'not-text' : 'headings' }
  const { records, heading, delimiter } = best
  const columns = columnsOf(records[heading]?.record ?? [])
  const second = records[heading + 1]
  const begin = second && isHeading(second.record) ? heading + 2 : heading + 1
  const rows = records.slice(begin).flatMap(({ record, line }) => rowOf(record, line, columns) ?? [])
  if (rows.length > MAX_ROWS) return { unreadable: 'too-many' }
  if (rows.length === 0) return { unreadable: 'empty' }
  return { encoding: decoded.encoding, delimiter, columns: [...columns.keys()], rows }
}

interface FileRecord {
  record: string[]
  line: number
}

/** Every record with the line it begins on; null when its quotes do not close. */
function recordsOf(text: string, delimiter: string): FileRecord[] | null {
  try {
    const records: string[][] = parse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: false,
      trim: true,
    })
    return numbered(records)
  } catch {
    return null
  }
}

/** A cell in quotes may hold line breaks, so a record may be several lines tall. */
function numbered(records: readonly string[][]): FileRecord[] {
  let line = 1
  return records.map((record) => {
    const begin = line
    line += 1 + record.reduce((breaks, cell) => breaks + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0)
    return { record, line: begin }
  })
}

function rowOf(record: readonly string[], line: number, columns: ReadonlyMap<ListColumn, number>): ListRow | null {
  const cells: ListRow['cells'] = {}
  for (const [column, at] of columns) {
    // Spreadsheets keep a long number as text by a leading ' or as ="…".
    const text = (record[at] ?? '')
      .replace(/^="(.*)"$/, '$1')
      .replace(/^'/, '')
      .trim()
    if (text !== '') cells[column] = written(column, text)
  }
  return Object.keys(cells).length === 0 ? null : { line, cells }
}

/**
 * As it is kept: a Chinese keyboard writes ＢＴＮ－００１ for BTN-001, which would be another device; and lists pad a name
 * of two characters (王　英) to the width of three.
 */
function written(column: ListColumn, text: string): string {
  if (column === 'elderName') return text.replace(/(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu, '')
  if (column === 'label' || column === 'model' || column === 'village') return text
  return text.replace(/[！-～]/g, (wide) => String.fromCodePoint(wide.charCodeAt(0) - 0xfee0))
}

const MARKS: readonly [string, readonly number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]

/** By its mark; else UTF-8 if every byte fits, else GB 18030, of which GBK and GB 2312 are parts. */
function decode(bytes: Uint8Array): { text: string; encoding: string } | null {
  const marked = MARKS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte))?.[0]
  for (const encoding of marked === undefined ? ['utf-8', 'gb18030'] : [marked]) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
      return text.includes('\u0000') ? null : { text, encoding }
    } catch {
      // the next one
    }
  }
  return null
}

/** A workbook or a picture that was taken for a list. */
function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 4096).includes(0) || (bytes[0] === 0x50 && bytes[1] === 0x4b)
}
