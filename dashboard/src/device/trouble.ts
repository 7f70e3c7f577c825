import type { ListRowAnswer } from '../api/shapes.ts'
import type { Messages } from '../messages/zh-CN.ts'

/** Why a row of a file is left out, in a plain sentence. */
export function troubleText(m: Messages, trouble: NonNullable<ListRowAnswer['trouble']>): string {
  const why = m.fleet.listing.troubles[trouble.code]
  if (trouble.line !== undefined) return m.because(why, m.fleet.listing.firstAt(String(trouble.line)))
  if (trouble.count !== undefined) return m.because(why, m.fleet.listing.fits(String(trouble.count)))
  return why
}
