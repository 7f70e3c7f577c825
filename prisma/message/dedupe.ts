import { UNREADABLE_REPEAT_MS } from '@anju/domain/wire/limits'
import { timeOf } from '../id.ts'
import type { Tx } from '../tx.ts'
import type { ArrivedFact } from './arrived.ts'

export interface Claim {
  factId: string
  deviceId: string
  messageId: string
  sha256: Buffer
}

export type Claimed = 'new' | 'duplicate' | 'id-reused'

/**
 * Claims each `(device, id, body hash)`: the same again is a duplicate, the same id with another body is id reuse and
 * a new fact (promise 2). Keys are inserted in one order by everybody, so two batches never wait for each other in a
 * circle.
 */
export async function claimIds(tx: Tx, claims: readonly Claim[]): Promise<Map<string, Claimed>> {
  if (claims.length === 0) return new Map()
  const rows = await tx.query<{ factId: string; added: boolean; reused: boolean }>(
    `with given as (
       select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[])
         as g (fact_id, device_id, message_id, sha256)),
     added as (
       insert into message_dedupe (device_id, message_id, sha256, fact_id)
       select device_id, message_id, sha256, fact_id from given
       order by device_id collate "C", message_id collate "C", sha256
       on conflict do nothing returning fact_id)
     select given.fact_id as "factId", added.fact_id is not null as added,
       exists (select 1 from message_dedupe d where d.device_id = given.device_id and d.message_id = given.message_id
               and d.sha256 <> given.sha256) as reused
     from given left join added using (fact_id)`,
    [
      claims.map((claim) => claim.factId),
      claims.map((claim) => claim.deviceId),
      claims.map((claim) => claim.messageId),
      claims.map((claim) => claim.sha256),
    ],
  )
  const verdicts = new Map<string, Claimed>(
    rows.map((row) => [row.factId, !row.added ? 'duplicate' : row.reused ? 'id-reused' : 'new']),
  )
  markReuseWithin(claims, verdicts)
  return verdicts
}

/** The query sees what was stored before it, not what this very batch brings. */
function markReuseWithin(claims: readonly Claim[], verdicts: Map<string, Claimed>): void {
  const seen = new Set<string>()
  for (const claim of claims) {
    if (verdicts.get(claim.factId) === 'duplicate') continue
    const key = `${claim.deviceId}\n${claim.messageId}`
    if (seen.has(key)) verdicts.set(claim.factId, 'id-reused')
    seen.add(key)
  }
}

type Press = ArrivedFact<'press'>

/** What was stored before under an id of a device, by `keyOf`: hash of each body, with the fact it was last. */
export type Known = ReadonlyMap<string, ReadonlyMap<string, string>>

const keyOf = ({ deviceId, messageId }: { deviceId: string; messageId: string }): string => `${deviceId}\n${messageId}`

/** The id a press is known by: its own, or `x-` and its hash where it has none. */
export function standIn({ fact, sha256 }: Press): { deviceId: string; messageId: string } {
  return { deviceId: fact.deviceId, messageId: fact.messageId ?? `x-${sha256.toString('hex', 0, 16)}` }
}

/** What is known of these ids. Under the devices' locks no other press of theirs is added meanwhile. */
export async function loadKnown(
  db: Pick<Tx, 'query'>,
  ids: readonly { deviceId: string; messageId: string }[],
): Promise<Known> {
  const rows = await db.query<{ deviceId: string; messageId: string; sha256: Buffer; factId: string }>(
    `select d.device_id as "deviceId", d.message_id as "messageId", d.sha256, d.fact_id as "factId"
     from unnest($1::text[], $2::text[]) as g (device_id, message_id)
     join message_dedupe d on d.device_id = g.device_id and d.message_id = g.message_id`,
    [ids.map(({ deviceId }) => deviceId), ids.map(({ messageId }) => messageId)],
  )
  const known = new Map<string, Map<string, string>>()
  for (const row of rows) remember(known, keyOf(row), row.sha256, row.factId)
  return known
}

function remember(known: Map<string, Map<string, string>>, key: string, sha256: Buffer, factId: string): void {
  const bodies = known.get(key) ?? new Map<string, string>()
  known.set(key, bodies.set(sha256.toString('hex'), factId))
}

/**
 * Claims presses as `claimIds` claims other facts, with what is known of their ids. An unreadable one proves nothing by
 * its id, for counter and clock of a device begin anew together: it is the same as the one before only within ten
 * minutes and while its alarm is open (promise 2). Whoever else claimed one since fails the transaction, and is then
 * known (`isRetryable`).
 */
export function claimPresses<P extends Press>(
  tx: Tx,
  presses: readonly P[],
  before: Known,
  hasOpenAlarm: (press: P) => boolean,
): Map<string, Claimed> {
  const known = new Map([...before].map(([key, bodies]) => [key, new Map(bodies)]))
  const batch = new Set(presses.map((press) => press.factId))
  const claimed = new Map<string, Claimed>()
  const added: P[] = []
  const again = new Map<string, P>()
  for (const press of presses) {
    const key = keyOf(standIn(press))
    const body = press.sha256.toString('hex')
    const same = known.get(key)?.get(body)
    const unreadable = press.fact.time.marks.includes('unreadable')
    const repeats =
      same !== undefined &&
      (!unreadable ||
        (press.receivedAt.getTime() - timeOf(same).getTime() <= UNREADABLE_REPEAT_MS &&
          (batch.has(same) || hasOpenAlarm(press))))
    if (repeats) {
      claimed.set(press.factId, 'duplicate')
      continue
    }
    claimed.set(press.factId, !unreadable && known.has(key) ? 'id-reused' : 'new')
    remember(known, key, press.sha256, press.factId)
    if (unreadable) again.set(`${key}\n${body}`, press)
    else added.push(press)
  }
  insertClaims(tx, added, '')
  const renewed = 'on conflict (device_id, message_id, sha256) do update set fact_id = excluded.fact_id'
  insertClaims(tx, [...again.values()], renewed)
  return claimed
}

function insertClaims(tx: Tx, presses: readonly Press[], onConflict: string): void {
  if (presses.length === 0) return
  const ids = presses.map(standIn)
  tx.send(
    `insert into message_dedupe (device_id, message_id, sha256, fact_id)
     select * from unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[]) as g (device_id, message_id, sha256, fact_id)
     order by device_id collate "C", message_id collate "C", sha256 ${onConflict}`,
    [
      ids.map(({ deviceId }) => deviceId),
      ids.map(({ messageId }) => messageId),
      presses.map((press) => press.sha256),
      presses.map((press) => press.factId),
    ],
  )
}
