import { createHash } from 'node:crypto'
import { type EndFacts, type GradedEnd, gradeEnd } from '@anju/domain/proof/grade'
import { RAW } from '@anju/domain/evidence/visit-export'
import { timingOf } from '@anju/domain/proof/moment'
import { can } from '@anju/domain/visit/can'
import type { VisitPart } from '@anju/domain/visit/kinds'
import type { RefusalCode } from '@anju/domain/error'
import { newId } from '../id.ts'
import { raiseCounter } from '../tag/counter.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { addVisitEntry } from '../visit/entry.ts'
import { loadUnfinished } from '../visit/flow.ts'
import { type HeldVisit, loadVisit } from '../visit/hold.ts'
import { settleReadiness } from '../visit/ready.ts'
import { advanceVisit } from './advance.ts'
import { countPresences } from './count.ts'
import { findVisits } from './find.ts'
import { loadEndFacts, type Said } from './judge.ts'
import { tellOnScene } from './on-scene.ts'
import { loadRaw } from './raw.ts'
import { tellUnmatched, type Unmatched, whyUnmatched } from './unmatched.ts'

/** What came in, with what is only stored. */
export interface Arrived extends Omit<Said, 'part'> {
  /** As the phone says it; null: whichever the visit's state asks for. */
  part: VisitPart | null
  /** As the phone says it; null: that of the tag's home and the caregiver. */
  visitId: string | null
  note: string
  message: Buffer | null
  /** The phone's own number for it. */
  key: string | null
  /** Of an end that a fix gave: what it corrects. */
  exceptionId?: string
  /** Of a door reader: its message and its device. */
  tap: { id: string; deviceId: string } | null
  now: Date
}

export interface Recorded {
  presenceIds: string[]
  /** The visits it belongs to; none: it waits at the desk of unmatched taps. */
  visitIds: string[]
  /** It is kept, and the visit did not move on: why. */
  held: RefusalCode | null
}

/**
 * Keeps what says that somebody came or left, whatever it is worth: a fact is never refused. Finds its visit, grades it
 * with reasons, and moves the visit on where the table allows it. Sent twice it is one.
 */
export async function recordPresence(tx: Tx, arrived: Arrived): Promise<Recorded> {
  const earlier = await loadEarlier(tx, arrived)
  if (earlier) return earlier
  const found = await findVisits(tx, arrived)
  const tag = arrived.read?.tag
  await lockSubjects(tx, [
    ...found.map(({ elderId }) => `elder:${elderId}`),
    ...(arrived.caregiverId === null ? [] : [`caregiver:${arrived.caregiverId}`]),
    ...(tag ? [`tag:${tag.id}`] : []),
  ])
  // The same, sent by two tabs at once: the second finds it now.
  const meanwhile = await loadEarlier(tx, arrived)
  if (meanwhile) return meanwhile
  const recorded: Recorded = { presenceIds: [], visitIds: [], held: null }
  for (const { id } of found) {
    const visit = await loadVisit(tx, id)
    if (!visit) continue
    const { presenceId, held } = await recordFor(tx, visit, arrived)
    recorded.presenceIds.push(presenceId)
    recorded.visitIds.push(visit.id)
    recorded.held = held ?? recorded.held
  }
  if (found.length === 0) recorded.presenceIds.push(await keepUnmatched(tx, arrived))
  if (tag && arrived.read && 'verdict' in arrived.read && arrived.read.verdict?.ok) {
    await raiseCounter(tx, tag.id, arrived.read.verdict.counter, arrived.now)
  }
  await tellOnScene(tx, arrived, recorded)
  return recorded
}

/** One visit's presence, under its locks: graded with reasons, kept, and where it leads. */
export async function recordFor(
  tx: Tx,
  visit: HeldVisit,
  arrived: Arrived,
): Promise<{ presenceId: string; held: RefusalCode | null }> {
  const part = arrived.part ?? (visit.state === 'in-service' || visit.state === 'left' ? 'end' : 'begin')
  const facts = await loadEndFacts(tx, visit, { ...arrived, part })
  const grade = gradeEnd(facts)
  const presenceId = await insertPresence(tx, arrived, { visit, part, facts, grade })
  return { presenceId, held: await moveVisit(tx, visit, { part, grade, presenceId, arrived }) }
}

/** It waits at the desk of unmatched taps, with why. */
async function keepUnmatched(tx: Tx, arrived: Arrived): Promise<string> {
  const id = await insertPresence(tx, arrived, null, await whyUnmatched(tx, arrived))
  await tellUnmatched(tx, id, arrived)
  return id
}

async function loadEarlier(tx: Tx, { phone, key, tap }: Arrived): Promise<Recorded | null> {
  const rows = await tx.query<{ id: string; visitId: string | null }>(
    `select id, visit_id as "visitId" from presence
     where tap_id = $3 or (phone_id = $1 and (idempotency = $2 or starts_with(idempotency, $2 || '#')))`,
    [phone?.id ?? null, key, tap?.id ?? null],
  )
  if (rows.length === 0) return null
  const visitIds = rows.flatMap(({ visitId }) => (visitId === null ? [] : [visitId]))
  return { presenceIds: rows.map(({ id }) => id), visitIds, held: null }
}

interface Judged {
  visit: HeldVisit
  part: VisitPart
  facts: EndFacts
  grade: GradedEnd
}

async function insertPresence(
  tx: Tx,
  arrived: Arrived,
  judged: Judged | null,
  unmatched: Unmatched | null = null,
): Promise<string> {
  const id = newId(arrived.now)
  const { read, tap, phone, key, position, receivedAt, tappedAt, exceptionId = null } = arrived
  const verdict = read && 'verdict' in read ? read.verdict : null
  const { at } = timingOf(arrived)
  const { grade } = judged ?? {}
  // a couple's joint visit is told by one tap: the second person's row bears its own number
  const own = key === null || judged === null || judged.visit.jointId === null ? key : `${key}#${judged.visit.id}`
  await tx.query(
    `insert into presence (id, visit_id, part, way, at, device_at, received_at, caregiver_id, home_id, tag_id, uid, counter,
                           tap_id, device_id, user_id, phone_id, message, position, verification, grade, in_question,
                           reasons, reason_code, note, idempotency, exception_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)`,
    [
      id,
      judged?.visit.id ?? null,
      judged?.part ?? arrived.part,
      arrived.way,
      at ?? receivedAt,
      exceptionId === null ? tappedAt : null, // no device said it
      receivedAt,
      arrived.caregiverId,
      arrived.homeId,
      read?.tag?.id ?? null,
      read?.tag?.uid ?? (read && 'uid' in read ? read.uid : null),
      verdict?.ok ? verdict.counter : null,
      tap?.id ?? null,
      tap?.deviceId ?? null,
      arrived.userId,
      phone?.id ?? null,
      arrived.message,
      typeof position === 'string' || position === null ? null : JSON.stringify(position),
      JSON.stringify({
        ...(judged && { facts: judged.facts, rule: judged.grade.rule, version: judged.grade.version }),
        ...(read && 'code' in read && { code: read.code }),
        ...unmatched,
      }),
      grade === undefined || grade.grade === 'none' ? null : grade.grade,
      grade?.inQuestion ?? false,
      JSON.stringify(grade?.reasons ?? []),
      arrived.reason,
      arrived.note,
      own,
      exceptionId,
    ],
  )
  return id
}

interface Judgement {
  presenceId: string
  part: VisitPart
  grade: GradedEnd
  arrived: Arrived
}

/** What the chain says openly: what was said, what it is worth and by which rule. */
function factsOf({ presenceId, part, grade, arrived }: Judgement): Record<string, unknown> {
  return {
    presenceId,
    part,
    way: arrived.way,
    receivedAt: arrived.receivedAt.toISOString(),
    tappedAt: arrived.tappedAt?.toISOString() ?? null,
    caregiverId: arrived.caregiverId,
    grade: grade.grade,
    inQuestion: grade.inQuestion,
    reasons: grade.reasons.map(({ code }) => code),
    rule: grade.rule,
    version: grade.version,
    ...(arrived.message && { message: createHash('sha256').update(arrived.message).digest('hex') }),
  }
}

/**
 * Where the presence leads. What proves nothing moves nothing; what is contradicted goes on, in question, for somebody
 * stands at the door.
 */
async function moveVisit(tx: Tx, visit: HeldVisit, judgement: Judgement): Promise<RefusalCode | null> {
  const { part, grade, presenceId, arrived } = judgement
  const { now, userId, tappedAt, caregiverId } = arrived
  let moved = visit
  const counts = grade.grade !== 'none' || grade.inQuestion
  const action = part === 'begin' ? 'begin' : 'leave'
  const may = can(visit, { role: 'caregiver', caregiverId: caregiverId ?? visit.caregiverId })[action]
  const open = part === 'begin' && may.allowed && counts ? await loadUnfinished(tx, visit) : null
  const moves = counts && may.allowed && open === null
  if (moves) moved = await advanceVisit(tx, visit, part, now)
  if (grade.inQuestion) await tx.query('update visit set in_question = true where id = $1', [visit.id])
  moved = await countPresences(tx, { ...moved, inQuestion: moved.inQuestion || grade.inQuestion })
  const body = { presenceId, part, grade: grade.grade, inQuestion: grade.inQuestion }
  const kind = moves ? (part === 'begin' ? 'began' : 'left') : 'presence'
  const kept = { body, facts: factsOf(judgement), personal: { [RAW]: await loadRaw(tx, presenceId) } }
  await addVisitEntry(tx, moved, { kind, userId, at: now, deviceAt: tappedAt, ...kept })
  await settleReadiness(tx, moved, userId, now)
  if (!counts) return null
  return open !== null ? 'visit-unfinished' : may.allowed ? null : may.reason
}
