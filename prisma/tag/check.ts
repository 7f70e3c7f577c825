import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import type { Tamper } from '@anju/domain/proof/tamper'
import type { MasterKey } from '../key.ts'
import { readTagUrl } from '../presence/read-tag.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { noteTag } from './apply.ts'
import { raiseCounter } from './counter.ts'

/** What a tap said that was made to see whether a tag was written rightly. */
export interface CheckedTag {
  tagId: string | null
  verified: boolean
  /** Why not: what the reading came to; null: it is verified. */
  code: string | null
  counter: number | null
  tamper: Tamper | null
}

/**
 * Reads the address of a tap that was made to try a tag. Its counter rises, so that this address proves no visit later.
 * Of a tag outside the scope nothing is said but that it is none of these.
 */
export async function checkTag(tx: Tx, key: MasterKey, url: string, scope: Scope, now: Date): Promise<CheckedTag> {
  const read = await readTagUrl(tx, key, url)
  const nothing = { tagId: null, verified: false, counter: null, tamper: null }
  if (read.tag === null) return { ...nothing, code: read.code }
  const { id, uid, homeId, caregiverId } = read.tag
  await lockSubjects(tx, [`tag:${id}`])
  const [place] = await tx.query<{ path: string; counter: number | null }>(
    `select area.path, tag.counter from tag left join caregiver on caregiver.id = tag.caregiver_id
       left join provider on provider.id = caregiver.provider_id left join home on home.id = tag.home_id
       join area on area.id = coalesce(provider.area_id, home.area_id)
     where tag.id = $1 and starts_with(area.path, $2)`,
    [id, scope.areaPath],
  )
  if (!place) return { ...nothing, code: 'tag-of-other-area' }
  const { verdict } = read
  if (verdict === null) throw new Refusal('internal-error')
  if (!verdict.ok) return { ...nothing, tagId: id, code: verdict.code }
  const { counter, tamper } = verdict
  if (place.counter !== null && counter <= place.counter) return { ...nothing, tagId: id, code: 'counter-replayed' }
  await raiseCounter(tx, id, counter, now)
  const subject = homeId === null ? `caregiver:${caregiverId}` : `home:${homeId}`
  await noteTag(tx, { id, action: 'tag-tried', uid, subject, path: place.path }, scope, now)
  return { tagId: id, verified: true, code: null, counter, tamper }
}
