import { lockSubjects, type Tx } from '../tx.ts'
import { DAY_MS, hour, localDay, midnight, type County } from './plan.ts'
import { Random } from './random.ts'
import { type Sampled, withFeedback } from './asked-after.ts'
import { withOddities } from './odd-visits.ts'
import { caregiverName } from './staff.ts'
import { saidOfConditions, serviceId } from './store-fitness.ts'
import { visitSoon, visitsOf, visitUnderWay, type PlannedVisit } from './visit-course.ts'
import { chainVisits } from './visit-evidence.ts'
import { DAYS_AHEAD, firstDay, roundsOf, roundsOn, type PlannedRound } from './visit-plan.ts'

/** So many are in a home as the county is begun; and so many minutes later further ones begin. */
const UNDER_WAY = 4
const SOON_MIN = [3, 6, 10, 16]
/** Who has no round so near is free to be asked. */
const FREE_WITHIN_MS = 3 * 3_600_000

interface Place {
  areaId: string
  /** Of each community. */
  areas: ReadonlyMap<string, string>
  users: ReadonlyMap<string, string>
}

/**
 * The plans of visits, and those of today and the days ahead; whether they are asked after depends on who plays the
 * caregivers (`visits-played.ts`). The past ones come with the rest of the past.
 */
export async function storeVisitPlans(tx: Tx, county: County, place: Place): Promise<void> {
  const rounds = roundsOf(county)
  storePlans(tx, county, rounds, place)
  for (let daysAgo = 0; daysAgo >= -DAYS_AHEAD; daysAgo--) {
    const visits = [...visitsOn(county, rounds, daysAgo), ...(daysAgo === 0 ? askedToday(county, rounds) : [])]
    storeVisits(tx, county, visits, place)
  }
  await tx.flush()
}

/**
 * A few that were asked for today: at any hour somebody is in a home when the county is begun, and others come within
 * minutes, so that whoever starts it sees a visit begin.
 */
function askedToday(county: County, rounds: readonly PlannedRound[]): PlannedVisit[] {
  const { base, seed } = county
  const today = midnight(base, 0)
  const near = roundsOn(county, rounds, 0).filter(
    ({ begins }) => Math.abs(hour(today, begins).getTime() - base.getTime()) < FREE_WITHIN_MS,
  )
  const busy = new Set(near.flatMap(({ caregiver, standIn }) => [caregiver, standIn]))
  const left: (number | null)[] = [...Array.from({ length: UNDER_WAY }, () => null), ...SOON_MIN]
  const visits: PlannedVisit[] = []
  for (const round of new Random(seed, 'under way').shuffled([...rounds])) {
    const [soon] = left
    if (soon === undefined) break
    if (busy.has(round.caregiver) || busy.has(round.standIn)) continue
    const asked = soon === null ? visitUnderWay(county, round) : visitSoon(county, round, soon)
    if (asked.length === 0) continue
    left.shift()
    visits.push(...asked)
    busy.add(round.caregiver).add(round.standIn)
  }
  return visits
}

/** The visits of one past day, with what was asked after them, and what they added to the elders' chains of evidence. */
export async function storeVisitsOn(
  tx: Tx,
  county: County,
  daysAgo: number,
  { sampled, ...place }: Place & { sampled: Sampled },
): Promise<void> {
  const visits = withFeedback(county, visitsOn(county, roundsOf(county), daysAgo), sampled)
  if (visits.length === 0) return
  await lockSubjects(
    tx,
    visits.map(({ elder }) => `elder:${elder.id}`),
  )
  if (daysAgo > 0) storeVisits(tx, county, visits, place)
  await tx.flush()
  await chainVisits(tx, visits, county.base)
}

function visitsOn(county: County, rounds: readonly PlannedRound[], daysAgo: number): readonly PlannedVisit[] {
  const visits = roundsOn(county, rounds, daysAgo).flatMap((round) => visitsOf(county, round, daysAgo))
  return withOddities(county, visits, daysAgo)
}

function storePlans(tx: Tx, county: County, rounds: readonly PlannedRound[], { users }: Place): void {
  const { seed, base, caregivers, providers } = county
  const plans = rounds.flatMap((round) => round.elders.map(({ elder, planId }) => ({ round, elder, planId })))
  const providerOf = (round: PlannedRound) => providers[caregivers[round.caregiver]?.provider ?? 0]?.id
  tx.send(
    `insert into visit_plan (id, elder_id, provider_id, caregiver_id, weekdays, every_weeks, begins_at, minutes, services,
                             valid_from, made_through, made_by, made_at, ended_at)
     select id, elder_id, provider_id, caregiver_id, array[weekday], every, begins::time, minutes,
            string_to_array(services, ',')::uuid[], first_day::date, $10::date, $11, since, ended
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::integer[], $6::integer[], $7::text[], $8::integer[],
                 $9::text[], $12::timestamptz[], $13::timestamptz[], $14::text[])
       as p (id, elder_id, provider_id, caregiver_id, weekday, every, begins, minutes, services, since, ended, first_day)`,
    [
      plans.map(({ planId }) => planId),
      plans.map(({ elder }) => elder.id),
      plans.map(({ round }) => providerOf(round)),
      plans.map(({ round }) => caregivers[round.caregiver]?.id),
      plans.map(({ round }) => round.isoWeekday),
      plans.map(({ round }) => round.everyWeeks),
      plans.map(({ round }) => clockOf(round.begins)),
      plans.map(({ round }) => round.minutes),
      plans.map(({ round }) => round.services.map((code) => serviceId(seed, code)).join(',')),
      localDay(new Date(base.getTime() + DAYS_AHEAD * DAY_MS)),
      users.get('provider') ?? null,
      plans.map(({ round }) => round.home.since),
      plans.map(({ elder }) => elder.died?.confirmedAt ?? null),
      plans.map(({ round }) => firstDay(round)),
    ],
  )
}

const clockOf = (hours: number): string =>
  `${Math.floor(hours)}:${String(Math.round((hours % 1) * 60)).padStart(2, '0')}`

function storeVisits(tx: Tx, county: County, visits: readonly PlannedVisit[], place: Place): void {
  const { seed, providers, caregivers } = county
  const caregiverOf = (visit: PlannedVisit) => caregivers[visit.caregiver]
  const at = (visit: PlannedVisit, part: 'begin' | 'end') => visit.ends.find((end) => end.part === part)
  const grade = (visit: PlannedVisit, part: 'begin' | 'end') => gradeOf(at(visit, part)?.graded.grade)
  tx.send(
    `insert into visit (id, area_id, area_path, elder_id, home_id, provider_id, caregiver_id, plan_id, plan_day, joint_id,
                        planned_from, planned_to, state, outcome, in_question, confirmed_at, began_at, left_at, minutes,
                        begin_grade, end_grade, verified, verdict, made_at)
     select v.id, area.id, area.path, elder_id, home_id, provider_id, caregiver_id, plan_id, day, joint_id, "from", "to",
            state, outcome, in_question, confirmed, began, "left", minutes, begin_grade, end_grade, verified, verdict, made
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::date[], $9::uuid[],
                 $10::timestamptz[], $11::timestamptz[], $12::text[], $13::text[], $14::boolean[], $15::timestamptz[],
                 $16::timestamptz[], $17::timestamptz[], $18::integer[], $19::text[], $20::text[], $21::boolean[],
                 $22::jsonb[], $23::timestamptz[])
       as v (id, area_id, elder_id, home_id, provider_id, caregiver_id, plan_id, day, joint_id, "from", "to", state,
             outcome, in_question, confirmed, began, "left", minutes, begin_grade, end_grade, verified, verdict, made)
     join area on area.id = v.area_id`,
    [
      visits.map(({ id }) => id),
      visits.map(({ round }) => place.areas.get(round.home.community)),
      visits.map(({ elder }) => elder.id),
      visits.map(({ round }) => round.home.id),
      visits.map((visit) => providers[caregiverOf(visit)?.provider ?? 0]?.id),
      visits.map((visit) => caregiverOf(visit)?.id),
      visits.map(({ plan }) => plan?.id ?? null),
      visits.map(({ plan }) => plan?.day ?? null),
      visits.map(({ jointId }) => jointId),
      visits.map(({ from }) => from),
      visits.map(({ to }) => to),
      visits.map(({ state }) => state),
      visits.map(({ outcome }) => outcome),
      visits.map(({ inQuestion }) => inQuestion),
      visits.map(({ entries }) => entries.find(({ kind }) => kind === 'confirmed')?.at ?? null),
      visits.map((visit) => at(visit, 'begin')?.at ?? null),
      visits.map((visit) => at(visit, 'end')?.at ?? null),
      visits.map(({ minutes }) => minutes),
      visits.map((visit) => grade(visit, 'begin')),
      visits.map((visit) => grade(visit, 'end')),
      visits.map(({ verdict }) => verdict?.verified ?? null),
      visits.map(({ verdict }) => (verdict === null ? null : JSON.stringify(verdict))),
      visits.map(({ from, entries }) => entries[0]?.at ?? new Date(from.getTime() - 14 * DAY_MS)),
    ],
  )
  const services = visits.flatMap(({ id, round, done, ends }) =>
    round.services.map((code) => {
      const doneAt = done.includes(code) ? (ends[1]?.at ?? null) : null
      const said = doneAt === null ? {} : saidOfConditions(code)
      return { visitId: id, serviceId: serviceId(seed, code), doneAt, said: JSON.stringify(said) }
    }),
  )
  tx.send(
    `insert into visit_service (visit_id, service_id, planned, done_at, conditions)
     select visit_id, service_id, true, done, said
     from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::jsonb[]) as s (visit_id, service_id, done, said)`,
    [
      services.map(({ visitId }) => visitId),
      services.map(({ serviceId: id }) => id),
      services.map(({ doneAt }) => doneAt),
      services.map(({ said }) => said),
    ],
  )
  storeStory(tx, county, visits, place)
}

function storeStory(tx: Tx, county: County, visits: readonly PlannedVisit[], { users }: Place): void {
  const caregiverUser = (visit: PlannedVisit) => users.get(caregiverName(visit.caregiver)) ?? null
  const told = visits.flatMap((visit) => {
    const random = new Random(county.seed, `story ${visit.id}`)
    return visit.entries.map((entry) => ({
      ...entry,
      id: random.id(entry.at),
      visitId: visit.id,
      userId:
        entry.by === 'caregiver'
          ? caregiverUser(visit)
          : (users.get(entry.by === 'office' ? 'provider' : (entry.by ?? '')) ?? null),
    }))
  })
  tx.send(
    `insert into visit_entry (id, visit_id, at, kind, user_id, body)
     select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::uuid[], $6::jsonb[])`,
    [
      told.map(({ id }) => id),
      told.map(({ visitId }) => visitId),
      told.map(({ at }) => at),
      told.map(({ kind }) => kind),
      told.map(({ userId }) => userId),
      told.map(({ body }) => JSON.stringify(body)),
    ],
  )
  const ends = visits.flatMap((visit) => {
    const random = new Random(county.seed, `ends ${visit.id}`)
    const reader = visit.round.home.devices.find(({ kind }) => kind === 'door-reader')
    return visit.ends.map((end) => ({
      ...end,
      id: random.id(end.receivedAt),
      visitId: visit.id,
      caregiverId: county.caregivers[end.badgeOf ?? visit.caregiver]?.id,
      homeId: visit.round.home.id,
      uid:
        end.way === 'tag'
          ? visit.round.home.doorTag
          : end.way === 'reader'
            ? (county.caregivers[end.badgeOf ?? visit.caregiver]?.badge ?? null)
            : null,
      deviceId: end.way === 'reader' ? (reader?.id ?? null) : null,
      userId: end.way === 'reader' ? null : caregiverUser(visit),
      approvedBy: end.way === 'typed' ? (users.get('provider') ?? null) : null,
    }))
  })
  tx.send(
    `insert into presence (id, visit_id, part, way, at, device_at, received_at, caregiver_id, home_id, tag_id, uid, counter,
                           device_id, user_id, grade, in_question, reasons, reason_code, approved_by, approved_at)
     select e.id, visit_id, part, way, at, at, received, e.caregiver_id, e.home_id,
            case when way = 'tag' then tag.id end, e.uid, e.counter, device, e.user_id, grade, in_question, reasons, reason,
            approved, case when approved is not null then received + interval '2 hours' end
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::uuid[], $8::uuid[],
                 $9::text[], $10::integer[], $11::text[], $12::uuid[], $13::text[], $14::boolean[], $15::jsonb[],
                 $16::text[], $17::uuid[])
       as e (id, visit_id, part, way, at, received, caregiver_id, home_id, uid, counter, device, user_id, grade, in_question,
             reasons, reason, approved)
     left join tag on tag.uid = e.uid and tag.revoked_at is null`,
    [
      ends.map(({ id }) => id),
      ends.map(({ visitId }) => visitId),
      ends.map(({ part }) => part),
      ends.map(({ way }) => way),
      ends.map(({ at }) => at),
      ends.map(({ receivedAt }) => receivedAt),
      ends.map(({ caregiverId }) => caregiverId),
      ends.map(({ homeId }) => homeId),
      ends.map(({ uid }) => uid),
      ends.map(({ counter }) => counter),
      ends.map(({ deviceId }) => deviceId),
      ends.map(({ userId }) => userId),
      ends.map(({ graded }) => gradeOf(graded.grade)),
      ends.map(({ graded }) => graded.inQuestion),
      ends.map(({ graded }) => JSON.stringify(graded.reasons)),
      ends.map(({ reasonCode }) => reasonCode),
      ends.map(({ approvedBy }) => approvedBy),
    ],
  )
}

/** `none` proves nothing, and stands in no column. */
const gradeOf = (grade: string | undefined): string | null => (grade === undefined || grade === 'none' ? null : grade)
