import { countedOf, type SaidEnd } from '@anju/domain/proof/counted'
import type { GradedEnd } from '@anju/domain/proof/grade'
import type { Reason } from '@anju/domain/proof/reason'
import { verified } from '@anju/domain/proof/verified'
import { minutesOf, sharedMinutes } from '@anju/domain/visit/minutes'
import type { Tx } from '../tx.ts'
import type { HeldVisit } from '../visit/hold.ts'
import { sinceAnew } from './anew.ts'
import { loadPresencePolicy } from './policy.ts'

/** One end as it was said and graded. */
interface Counted extends SaidEnd {
  inQuestion: boolean
  reasons: Reason[]
  version: number
}

/**
 * What a visit's presences come to: the times that count, their grades, minutes, and whether it is verified by the
 * area's policy, with what the verdict stands on (promise 8). The caller holds the elder's lock; answers the row.
 */
export async function countPresences(tx: Tx, visit: HeldVisit): Promise<HeldVisit> {
  // what came before a visit was turned away and planned anew belongs to that time, and counts no more
  const presences = await tx.query<Counted & Record<string, unknown>>(
    `select id, part, at, grade, in_question as "inQuestion", reasons,
            exception_id is not null as correction, approved_at is not null as approved,
            coalesce((verification ->> 'version')::int, 1) as version
     from presence where visit_id = $1 and part is not null and ${sinceAnew('$1')}`,
    [visit.id],
  )
  const [begin, end] = [countedOf(presences, 'begin'), countedOf(presences, 'end')]
  const policy = await loadPresencePolicy(tx, visit.areaPath)
  const verdict = verified(graded(begin), graded(end), policy)
  const beganAt = begin?.at ?? null
  const leftAt = end?.at ?? null
  const whole = beganAt === null || leftAt === null ? null : minutesOf(beganAt, leftAt)
  const minutes = whole === null ? null : await shareOf(tx, visit, whole)
  const over = beganAt !== null && leftAt !== null
  const row: HeldVisit = {
    ...visit,
    beganAt,
    leftAt,
    minutes,
    beginGrade: begin?.grade ?? null,
    endGrade: end?.grade ?? null,
    verified: over ? verdict.verified : null,
    version: visit.version + 1,
  }
  await tx.query(
    `update visit set began_at = $2, left_at = $3, minutes = $4, begin_grade = $5, end_grade = $6, verified = $7,
            verdict = $8, version = $9 where id = $1`,
    [
      row.id,
      row.beganAt,
      row.leftAt,
      row.minutes,
      row.beginGrade,
      row.endGrade,
      row.verified,
      JSON.stringify({ ...verdict, policy, begin: begin?.id ?? null, end: end?.id ?? null, rule: 'P5.2' }),
      row.version,
    ],
  )
  return row
}

function graded(counted: Counted | null): GradedEnd | null {
  if (counted === null) return null
  const { grade, inQuestion, reasons, version } = counted
  return { grade: grade ?? 'none', inQuestion, reasons, rule: 'P5.2', version }
}

/** A couple's joint visit: each person's minutes are booked apart. */
async function shareOf(tx: Tx, { id, jointId }: HeldVisit, minutes: number): Promise<number> {
  if (jointId === null) return minutes
  const people = await tx.query<{ id: string }>(
    `select id from visit where joint_id = $1 and state not in ('cancelled', 'refused', 'missed') order by id`,
    [jointId],
  )
  const place = people.findIndex((one) => one.id === id)
  return sharedMinutes(minutes, Math.max(1, people.length))[Math.max(0, place)] ?? minutes
}
