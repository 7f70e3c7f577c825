import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import type { ErasureGround } from '@anju/domain/evidence/erasure'
import { readBody } from '@anju/domain/evidence/verify-chain'
import { ERASED, RAW, STEP } from '@anju/domain/evidence/visit-export'
import type { Tx } from '../tx.ts'
import { addVisitEntry } from '../visit/entry.ts'
import { actorOf, lockVisit } from '../visit/hold.ts'
import { appendEvidence } from './apply.ts'

export interface Erasure {
  visitId: string
  /** What was said with these steps of the story. */
  entries: readonly string[]
  /** What was read at these ends: position, message, note. */
  presences: readonly string[]
  files: readonly string[]
  ground: ErasureGround
  note: string
}

/**
 * Deletes personal content of a visit because the law asks for it: the words with their salts, so that not even a guess
 * can be checked. What remains is that something was there, when, and its digest; the chain stays whole, and says who
 * deleted what and why. Refuses `not-found` outside the scope, and for what is not this visit's.
 */
export async function eraseVisit(tx: Tx, erasure: Erasure, scope: Scope, now: Date): Promise<void> {
  const { visitId, entries, presences, files, ground, note } = erasure
  const held = await lockVisit(tx, visitId, await actorOf(tx, scope, now))
  await requireOwn(tx, erasure)
  const digests = await digestsOf(tx, held.elderId, erasure)
  await tx.query('delete from evidence_content where elder_id = $1 and digest = any($2)', [
    held.elderId,
    digests.map((digest) => Buffer.from(digest, 'hex')),
  ])
  await eraseNames(tx, visitId, entries)
  tx.send(`update visit_entry set body = '{"erased": true}' where id = any($1)`, [entries])
  tx.send(`update presence set message = null, position = null, note = '' where id = any($1)`, [presences])
  tx.send(
    `update visit_file set bytes = null, look = null, position = null, caption = '', erased_at = $2 where id = any($1)`,
    [files, now],
  )
  const { elderId, state } = held
  const body = { visitId, state, by: scope.userId ?? 'program', ground, digests, entries, presences, files }
  await appendEvidence(tx, { elderId, at: now, kind: ERASED, body })
  const count = entries.length + presences.length + files.length
  await addVisitEntry(tx, held, { kind: ERASED, userId: scope.userId, at: now, body: { ground, count, note } })
}

/** Who was there and which paper, said with a service, stand with the service too; that it was met goes on being known. */
async function eraseNames(tx: Tx, visitId: string, entries: readonly string[]): Promise<void> {
  await tx.query(
    `update visit_service set conditions = (
       select coalesce(jsonb_object_agg(key, value - 'who' - 'paper' || '{"erased": true}'), '{}')
       from jsonb_each(conditions))
     where visit_id = $1 and service_id in (
       select (service ->> 'id')::uuid from visit_entry, jsonb_array_elements(body -> 'services') as service
       where visit_entry.id = any($2) and visit_entry.kind = 'served')`,
    [visitId, entries],
  )
}

async function requireOwn(tx: Tx, { visitId, entries, presences, files }: Erasure): Promise<void> {
  const [own] = await tx.query<{ n: number }>(
    `select (select count(*)::int from visit_entry where visit_id = $1 and id = any($2))
          + (select count(*)::int from presence where visit_id = $1 and id = any($3))
          + (select count(*)::int from visit_file where visit_id = $1 and id = any($4)) as n`,
    [visitId, entries, presences, files],
  )
  if (own?.n !== new Set([...entries, ...presences, ...files]).size) throw new Refusal('not-found')
}

/**
 * Of everything the chain commits to about these, each under its own name. Until December 2026 an act was chained twice,
 * its words once more in an entry without the step's id: they go with the step of the same instant.
 */
async function digestsOf(tx: Tx, elderId: string, { visitId, ...of }: Erasure): Promise<string[]> {
  const rows = await tx.query<{ at: Date; body: Uint8Array }>(
    'select at, body from evidence where elder_id = $1 order by n',
    [elderId],
  )
  const acts = await tx.query<{ at: Date }>(`select at from visit_entry where id = any($1)`, [of.entries])
  const when = new Set(acts.map(({ at }) => at.getTime()))
  return rows.flatMap(({ at, body: bytes }) => {
    const entry = readBody(Buffer.from(bytes).toString('utf8'))
    if (entry?.body['visitId'] !== visitId) return []
    const { entryId, presenceId, fileId } = entry.body
    const step = entryId === undefined ? when.has(at.getTime()) : names(of.entries, entryId)
    const end = names(of.presences, presenceId)
    const words = step || names(of.files, fileId)
    return Object.entries(entry.personal).flatMap(([name, digest]) =>
      (name === RAW ? end : name === STEP ? step : words) ? [digest] : [],
    )
  })
}

const names = (ids: readonly string[], id: unknown): boolean => typeof id === 'string' && ids.includes(id)
