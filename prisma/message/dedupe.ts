import type { Tx } from '../tx.ts'

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
