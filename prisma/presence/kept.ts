import type { EndFacts } from '@anju/domain/proof/grade'
import type { PhonePosition } from '@anju/domain/proof/position'
import { typedReasons } from '@anju/domain/proof/reason'
import type { SunVerdict } from '@anju/domain/proof/sun'
import type { VisitPart } from '@anju/domain/visit/kinds'
import type { Tx } from '../tx.ts'
import type { Said } from './judge.ts'
import type { KnownTag, ReadTag } from './read-tag.ts'

/** A verdict without the file that was hidden. */
export type KeptVerdict = Extract<SunVerdict, { ok: false }> | Omit<Extract<SunVerdict, { ok: true }>, 'fileData'>

/** A presence as it was kept. */
export interface Kept {
  id: string
  visitId: string | null
  way: Said['way']
  at: Date
  deviceAt: Date | null
  receivedAt: Date
  caregiverId: string | null
  homeId: string | null
  userId: string | null
  deviceId: string | null
  phoneId: string | null
  sharedSince: Date | null
  tag: KnownTag | null
  counter: number | null
  uid: string | null
  /** What its code came to, of one that belonged to no visit when it came. */
  sun: KeptVerdict | null
  position: PhonePosition | null
  reasonCode: string | null
  approvedAt: Date | null
  refusedAt: Date | null
  setAsideAt: Date | null
  setAsideWhy: string | null
  facts: EndFacts | null
}

export async function loadKeptPresence(tx: Tx, id: string): Promise<Kept | undefined> {
  const [kept] = await tx.query<Kept & Record<string, unknown>>(
    `select presence.id, presence.visit_id as "visitId", presence.way, presence.at, presence.device_at as "deviceAt",
            presence.received_at as "receivedAt", presence.caregiver_id as "caregiverId",
            presence.home_id as "homeId", presence.user_id as "userId", presence.device_id as "deviceId",
            presence.phone_id as "phoneId", phone.shared_since as "sharedSince", presence.counter, presence.uid, presence.position,
            presence.reason_code as "reasonCode", presence.approved_at as "approvedAt",
            presence.refused_at as "refusedAt", presence.set_aside_at as "setAsideAt", presence.set_aside_why as "setAsideWhy",
            presence.verification -> 'sun' as sun,
            presence.verification -> 'facts' as facts,
            case when tag.id is not null then jsonb_build_object(
              'id', tag.id, 'uid', tag.uid, 'kind', tag.kind, 'homeId', tag.home_id, 'caregiverId', tag.caregiver_id,
              'areaKeyId', tag.area_key_id, 'sun', tag.sun, 'counter', tag.counter,
              'unconfirmed', tag.replaces is not null and tag.checked_by is null) end as tag
     from presence left join tag on tag.id = presence.tag_id left join phone on phone.id = presence.phone_id
     where presence.id = $1 for update of presence`,
    [id],
  )
  return kept
}

/** What it said, told of an end of a visit now. Its code was verified when it came; only its counter is asked after anew. */
export async function saidOf(tx: Tx, kept: Kept, part: VisitPart): Promise<Said> {
  const { tag, counter } = kept
  const own = tag === null ? null : { ...tag, counter: await counterBefore(tx, kept) }
  const sun: KeptVerdict | null =
    kept.sun ?? (own && counter !== null ? { ok: true, uid: own.uid, counter, tamper: null } : null)
  return {
    keptId: kept.id,
    way: kept.way,
    part,
    tappedAt: kept.deviceAt,
    sentAt: null,
    receivedAt: kept.receivedAt,
    read: readOf(kept, own, sun),
    homeId: kept.homeId,
    caregiverId: kept.caregiverId,
    userId: kept.userId,
    from: kept.phoneId ?? kept.deviceId ?? '',
    phone: kept.phoneId === null ? null : { id: kept.phoneId, sharedSince: kept.sharedSince },
    position: kept.position,
    reason: typedReasons.find((reason) => reason === kept.reasonCode) ?? null,
  }
}

function readOf({ way, uid }: Kept, tag: KnownTag | null, sun: KeptVerdict | null): ReadTag | null {
  // no tag of ours made this address, whatever visit it is given to
  if (tag === null) return way === 'tag' ? { tag: null, uid, code: 'tag-unknown' } : null
  if (sun === null) return { tag, verdict: null, message: null }
  const message = { uid: tag.uid, ctr: '', cmac: '' }
  return { tag, message, verdict: sun.ok ? { ...sun, fileData: null } : sun }
}

/** The highest counter of its tag that others bore. */
async function counterBefore(tx: Tx, { id, tag, receivedAt }: Kept): Promise<number | null> {
  const [row] = await tx.query<{ counter: number | null }>(
    'select max(counter) as counter from presence where tag_id = $1 and id <> $2 and received_at < $3',
    [tag?.id ?? null, id, receivedAt],
  )
  return row?.counter ?? null
}
