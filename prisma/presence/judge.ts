import { judgeCounter, type SeenTap } from '@anju/domain/proof/counter'
import type { CaregiverMatch, EndFacts, EndTap, HomeMatch, JudgedCode } from '@anju/domain/proof/grade'
import { judgePosition, type PhonePosition, type PositionJudgement } from '@anju/domain/proof/position'
import type { TypedReason } from '@anju/domain/proof/reason'
import type { VisitPart } from '@anju/domain/visit/kinds'
import type { Tx } from '../tx.ts'
import { sinceAnew } from './anew.ts'
import type { HeldVisit } from '../visit/hold.ts'
import type { KnownTag, ReadTag } from './read-tag.ts'

/** What came in of one end, before it is judged. */
export interface Said {
  /** Of one that was kept before and is judged anew: what came after it says nothing of it. */
  keptId?: string
  way: 'tag' | 'reader' | 'position' | 'typed'
  part: VisitPart
  tappedAt: Date | null
  sentAt: Date | null
  receivedAt: Date
  /** The tag or badge that was read; null: none was. */
  read: ReadTag | null
  /** Where the tag hangs, or the reader stands. */
  homeId: string | null
  /** Who says it: the badge's, or whoever is signed in on the phone. */
  caregiverId: string | null
  userId: string | null
  /** The phone, or the reader's device id. */
  from: string
  phone: { id: string; sharedSince: Date | null } | null
  position: PhonePosition | 'position-not-given' | 'position-denied' | 'position-unavailable' | null
  reason: TypedReason | null
}

/** Everything the rule of grades asks about one end of a visit. The caller holds the elder's and the tag's locks. */
export async function loadEndFacts(tx: Tx, visit: HeldVisit, said: Said): Promise<EndFacts> {
  const { part: end, tappedAt, sentAt, receivedAt } = said
  return {
    end,
    tap: await tapOf(tx, visit, said),
    moment: { tappedAt, sentAt, receivedAt },
    position: await positionOf(tx, visit, said),
    phone: await phoneOf(tx, said),
    other: await otherEnd(tx, visit, end),
    tapsInSending: await tapsInSending(tx, said),
    acknowledged: [],
  }
}

async function tapOf(tx: Tx, visit: HeldVisit, said: Said): Promise<EndTap> {
  const { way, read, homeId, reason, userId } = said
  const caregiver: CaregiverMatch =
    said.caregiverId === null ? 'unknown' : said.caregiverId === visit.caregiverId ? 'same' : 'other'
  const home: HomeMatch = homeId === null ? 'unknown' : homeId === visit.homeId ? 'same' : 'other'
  if (way === 'typed') return { kind: 'typed', reason, by: userId ?? '', approvedBy: null }
  if (way === 'position') return { kind: 'position', caregiver, alongside: [] }
  const code = read?.tag
    ? await codeOf(tx, read, { visitId: visit.id, jointId: visit.jointId, from: said.from, ...keptOf(said) })
    : unread(read)
  if (code === null) return { kind: 'reader-plain', home, caregiver }
  const unconfirmed = read?.tag?.unconfirmed === true ? { unconfirmed: true } : {}
  return { kind: way === 'tag' ? 'tag' : 'reader-sun', code, home, caregiver, ...unconfirmed }
}

interface Kept {
  id: string
  receivedAt: Date
}

const keptOf = ({ keptId, receivedAt }: Said): { kept: Kept | null } => ({
  kept: keptId === undefined ? null : { id: keptId, receivedAt },
})

/** An address or a message that no tag of ours can have made. */
const unread = (read: ReadTag | null): JudgedCode | null =>
  read === null ? null : { ok: false, code: 'sun-picc-unreadable' }

/** null: a number without a code. */
async function codeOf(
  tx: Tx,
  read: Extract<ReadTag, { tag: KnownTag }>,
  { kept, jointId, ...tap }: { visitId: string; jointId: string | null; from: string; kept: Kept | null },
): Promise<JudgedCode | null> {
  const { verdict, tag } = read
  if (verdict === null) return null
  if (!verdict.ok) return verdict
  const { uid, counter, tamper } = verdict
  const taps = await tx.query<SeenTap & Record<string, unknown>>(
    `select id, counter, coalesce(phone_id::text, device_id, '') as "from", caregiver_id as "caregiverId",
            visit_id as "visitId", part as "end", received_at as "receivedAt"
     from presence where tag_id = $1 and counter >= $2
       and ($3::uuid is null or (id <> $3 and received_at <= $4))
       -- one tap tells both of a couple's joint visit
       and not exists (select from visit other where other.id = visit_id and other.joint_id = $5 and other.id <> $6)
     order by received_at limit 100`,
    [tag.id, counter, kept?.id ?? null, kept?.receivedAt ?? null, jointId, tap.visitId],
  )
  return { ok: true, uid, counter, tamper, judged: judgeCounter({ last: tag.counter, taps }, { counter, ...tap }) }
}

async function positionOf(tx: Tx, visit: HeldVisit, { position }: Said): Promise<PositionJudgement | null> {
  if (position === null) return null
  const [home] = await tx.query<{ lon: number | null; lat: number | null }>('select lon, lat from home where id = $1', [
    visit.homeId,
  ])
  const place = home && home.lon !== null && home.lat !== null ? { lon: home.lon, lat: home.lat } : null
  return judgePosition(place, position)
}

/** How long after somebody else's use a phone is a shared one. */
const SHARED_WITHIN = '30 days'

async function phoneOf(tx: Tx, { phone, caregiverId, receivedAt }: Said): Promise<EndFacts['phone']> {
  if (phone === null) return null
  if (phone.sharedSince !== null) return 'shared-declared'
  const [other] = await tx.query(
    `select 1 from presence where phone_id = $1 and caregiver_id is distinct from $2 and caregiver_id is not null
       and received_at > $3::timestamptz - $4::interval limit 1`,
    [phone.id, caregiverId, receivedAt, SHARED_WITHIN],
  )
  return other ? 'shared-undeclared' : 'own'
}

async function otherEnd(tx: Tx, visit: HeldVisit, end: VisitPart): Promise<EndFacts['other']> {
  const [other] = await tx.query<{ at: Date; uid: string | null; counter: number | null }>(
    `select at, uid, counter from presence
     where visit_id = $1 and part = $2 and grade is not null and ${sinceAnew('$1')} order by received_at desc limit 1`,
    [visit.id, end === 'begin' ? 'end' : 'begin'],
  )
  return other ?? null
}

/** Taps of one tag that a phone kept and sent together: more than one visit has were kept for others. */
const SENDING_S = 60

async function tapsInSending(tx: Tx, { read, phone, receivedAt }: Said): Promise<number> {
  if (!read?.tag || phone === null) return 1
  const counter = read.verdict?.ok ? read.verdict.counter : null
  const [row] = await tx.query<{ n: number }>(
    `select count(distinct coalesce(counter::text, id::text))::int as n from presence
     where tag_id = $1 and phone_id = $2 and received_at > $3::timestamptz - make_interval(secs => $4)
       and received_at - at > interval '5 minutes' and counter is distinct from $5`,
    [read.tag.id, phone.id, receivedAt, SENDING_S, counter],
  )
  return (row?.n ?? 0) + 1
}
