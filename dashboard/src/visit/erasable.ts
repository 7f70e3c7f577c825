import { dayAndTime } from '../clock/format.ts'
import { word } from '../messages/word.ts'
import { evidenceWords } from './evidence-words.ts'
import { proofWords } from './proof-words.ts'
import type { VisitFile } from './shapes.ts'
import { entryLines } from './story.ts'
import type { Way } from './words.ts'

export const PIECES = ['entries', 'presences', 'files'] as const
export type Pieces = (typeof PIECES)[number]

/** Something personal of a visit that the law may ask to delete. */
export interface Piece {
  id: string
  of: Pieces
  /** What it is and when; what stands in it. */
  name: string
  holds: string
}

/** What is personal in a visit and was not yet deleted. What says that something was deleted stays. */
export function erasable(way: Way, visit: VisitFile): Piece[] {
  const { m, zone, tag } = way
  const { erase } = evidenceWords[tag]
  const time = (at: string): string => dayAndTime(at, zone, tag, visit.plannedFrom, false)
  const kinds = { ...m.visits.entry, ...proofWords[tag].entry }
  const entries = visit.entries
    .filter(({ kind, body }) => kind !== 'erased' && body['erased'] !== true)
    .map((entry) => ({ entry, said: [...entryLines(way, entry), ...namesIn(entry.body)] }))
    .filter(({ said }) => said.length > 0)
    .map(({ entry: { id, at, kind }, said }) => ({
      id,
      of: 'entries' as const,
      name: `${time(at)} ${word(kinds, kind)}`,
      holds: said.join(' · '),
    }))
  const presences = visit.presences.flatMap(({ id, at, part, way: how, raw, note }) => {
    const parts = [raw.message !== null && 'message', raw.position !== null && 'position', note !== '' && 'note']
    const holds = parts.flatMap((each) => (each === false ? [] : [word(erase.parts, each)]))
    const name = `${time(at)} ${part === null ? '' : m.visits.page[part]} ${m.visiting.way[how]}`
    return holds.length === 0 ? [] : [{ id, of: 'presences' as const, name, holds: holds.join(' · ') }]
  })
  const files = visit.files
    .filter(({ erased }) => !erased)
    .map(({ id, kind, receivedAt, caption }) => ({
      id,
      of: 'files' as const,
      name: `${time(receivedAt)} ${word(m.visits.page.fileKind, kind)}`,
      holds: caption,
    }))
  return [...entries, ...presences, ...files]
}

/** Who was there, and who signed: named with a step, and in no line of the story. */
function namesIn(body: Record<string, unknown>): string[] {
  const named: string[] = []
  const walk = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return
    for (const [key, inner] of Object.entries(value)) {
      if (['who', 'paper', 'by', 'witness'].includes(key) && typeof inner === 'string' && inner !== '')
        named.push(inner)
      else walk(inner)
    }
  }
  walk(body)
  return named
}
