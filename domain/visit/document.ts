import { photoTypeOf, photoTypes } from '../home/photo.ts'

/** What a paper may be kept as: a picture of it, or a PDF. */
export const documentTypes = [...photoTypes, 'application/pdf'] as const
export type DocumentType = (typeof documentTypes)[number]

/** The table's own check is the same. */
export const DOCUMENT_BYTES_AT_MOST = 4 * 1024 * 1024

/** What the first bytes say it is; null: none of ours, whatever it is called. */
export function documentTypeOf(bytes: Uint8Array): DocumentType | null {
  const pdf = [0x25, 0x50, 0x44, 0x46, 0x2d] // %PDF-
  if (pdf.every((byte, i) => bytes[i] === byte)) return 'application/pdf'
  return photoTypeOf(bytes)
}
