import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { canonicalJson } from '../canonical.ts'
import { differences, digestsOf } from './digests.ts'
import type { CheckedSegment, VisitFinding } from './verify-segment.ts'
import { RAW, STEP, type VisitExport } from './visit-export.ts'

/** How many there are, and how many of them the chain proves. */
export interface Proved {
  all: number
  proved: number
}

const Step = Type.Object({
  id: Type.String(),
  at: Type.String(),
  deviceAt: Type.Union([Type.String(), Type.Null()]),
  kind: Type.String(),
  user: Type.Union([Type.Object({ id: Type.String() }), Type.Null()]),
  corrects: Type.Union([Type.String(), Type.Null()]),
  body: Type.Record(Type.String(), Type.Unknown()),
})
const steps = Compile(Type.Array(Step))
const ends = Compile(Type.Array(Type.Object({ id: Type.String(), raw: Type.Unknown() })))

interface Place {
  id: string
  path: string
  said: unknown
}

/** Holds the record against what was chained when it happened, and each file against its digest. */
export function checkRecord(
  { record, files }: VisitExport,
  { committed }: Pick<CheckedSegment, 'committed'>,
): { findings: VisitFinding[]; steps: Proved; ends: Proved; files: Proved } {
  const findings: VisitFinding[] = []
  const told = stepsOf(record)
  const read = endsOf(record)
  const provedSteps = hold(told, contentsOf(committed, STEP), findings)
  const provedEnds = hold(read, contentsOf(committed, RAW), findings)
  const chained = new Set(
    [...contentsOf(committed, STEP).values()].flatMap(({ body }) => (isObject(body) ? [String(body['digest'])] : [])),
  )
  let provedFiles = 0
  for (const [i, file] of files.entries()) {
    if (file.base64 !== null && digestOf(file.base64) !== file.sha256) {
      const detail = `the picture or document is not the one that came in: its SHA-256 is another`
      findings.push({ path: `files[${i}].base64`, code: 'file-altered', detail })
    } else if (chained.has(file.sha256)) provedFiles++
  }
  return {
    findings,
    steps: { all: told.length, proved: provedSteps },
    ends: { all: read.length, proved: provedEnds },
    files: { all: files.length, proved: provedFiles },
  }
}

function stepsOf(record: Record<string, unknown>): Place[] {
  const entries = record['entries']
  if (!steps.Check(entries)) return []
  return entries.map(({ id, at, deviceAt, kind, user, corrects, body }, i) => {
    return {
      id,
      path: `record.entries[${i}]`,
      said: { id, at, deviceAt, kind, userId: user?.id ?? null, corrects, body },
    }
  })
}

function endsOf(record: Record<string, unknown>): Place[] {
  const presences = record['presences']
  if (!ends.Check(presences)) return []
  return presences.map(({ id, raw }, i) => ({ id, path: `record.presences[${i}].raw`, said: raw }))
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** What was committed to under a name and is still there, by the id it bears. */
function contentsOf(committed: CheckedSegment['committed'], name: string): Map<string, Record<string, unknown>> {
  const contents = new Map<string, Record<string, unknown>>()
  for (const one of committed) {
    if (one.name !== name || one.content === null) continue
    try {
      const value: unknown = JSON.parse(one.content)
      canonicalJson(value) // throws for what can be read and not be written: half a surrogate pair
      if (isObject(value)) contents.set(String(value['id']), value)
    } catch {
      continue // altered: said where it stands
    }
  }
  return contents
}

/** How many the chain proves; what it knows otherwise, or knows and the record does not, is a finding. */
function hold(
  places: readonly Place[],
  chained: ReadonlyMap<string, Record<string, unknown>>,
  findings: VisitFinding[],
): number {
  let proved = 0
  for (const { id, path, said } of places) {
    const known = chained.get(id)
    if (!known) continue
    if (canonicalJson(known) === canonicalJson(said)) proved++
    else {
      for (const { path: within } of differences(said, digestsOf(known))) {
        const detail = 'the record says something else than was chained when it happened'
        findings.push({ path: `${path}.${within}`, code: 'record-differs', detail })
      }
    }
  }
  const shown = new Set(places.map(({ id }) => id))
  for (const [id, { kind, at }] of chained) {
    if (shown.has(id)) continue
    const detail = `the chain knows of “${typeof kind === 'string' ? kind : 'an end'}” at ${String(at)}, and the record does not`
    findings.push({ path: 'record', code: 'record-differs', detail })
  }
  return proved
}

/** null: that is no base64. */
function digestOf(base64: string): string | null {
  try {
    return bytesToHex(sha256(Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))))
  } catch {
    return null
  }
}
