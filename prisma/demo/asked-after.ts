import { isGiven } from '@anju/domain/visit/kinds'
import { SAMPLE_RULE, SAMPLE_SHARE_PERCENT } from '@anju/domain/visit/sample'
import { DAY_MS, hour, midnight, type County } from './plan.ts'
import { Random } from './random.ts'
import type { PlannedEntry, PlannedVisit } from './visit-course.ts'

/** Whether 12349 asks after a visit: by the platform's own secret, as after any (P5.5). */
export type Sampled = (visitId: string) => boolean

/** Nobody answers three times: they are left in peace. */
const TRIES = 3
const NOTES = ['', '', '', '说小姑娘做事细心', '希望固定一个人来', '想把时间改到下午']

/**
 * Visits with what 12349 heard when it asked after some of them, one to three days later: which is the platform's
 * secret, what was said follows from the seed. What was to be asked after `base` waits on the desk's list.
 */
export function withFeedback(
  { seed, base }: Pick<County, 'seed' | 'base'>,
  visits: readonly PlannedVisit[],
  sampled: Sampled,
): PlannedVisit[] {
  return visits.map((visit) => {
    const [, end] = visit.ends
    if (!end || !isGiven(visit.state) || !sampled(visit.id)) return visit
    const random = new Random(seed, `asked after ${visit.id}`)
    const asked = callsAfter(random, end.at, faceOf(visit)).filter(({ at }) => at < base)
    return { ...visit, entries: [...visit.entries, ...asked] }
  })
}

const faceOf = ({ entries }: PlannedVisit): unknown => entries.find(({ kind }) => kind === 'evaluated')?.body['face']

function callsAfter(random: Random, left: Date, face: unknown): PlannedEntry[] {
  const by = random.pick(['desk1', 'desk2'] as const)
  const calls: PlannedEntry[] = []
  let day = midnight(left, -random.whole(1, 2))
  for (let tries = 1; tries <= TRIES; tries++, day = new Date(day.getTime() + DAY_MS)) {
    const at = hour(day, random.between(9, 17))
    const reached = random.chance(0.85)
    const satisfied = face === 'good' ? random.weighed(PLEASED) : random.weighed(LESS_PLEASED)
    const heard = { spokeWith: random.weighed(WHO), came: random.weighed(CAME), satisfied, note: random.pick(NOTES) }
    const nothing = { spokeWith: '', came: null, satisfied: null, note: '' }
    const said = reached ? heard : nothing
    const body = { reached, ...said, rule: SAMPLE_RULE, sharePercent: SAMPLE_SHARE_PERCENT, sampled: true }
    calls.push({ kind: reached ? 'feedback' : 'feedback-not-reached', at, by, body })
    if (reached) break
  }
  return calls
}

const WHO = [
  ['本人', 16],
  ['女儿', 2],
  ['儿子', 2],
  ['老伴', 2],
] as const
const CAME = [
  ['yes', 60],
  ['unsure', 2],
  ['no', 1],
] as const
const PLEASED = [
  ['yes', 18],
  ['partly', 2],
] as const
const LESS_PLEASED = [
  ['yes', 2],
  ['partly', 6],
  ['no', 2],
] as const
