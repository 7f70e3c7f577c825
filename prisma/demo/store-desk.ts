import { tailOf } from '@anju/domain/call/number'
import { sealNumber } from '../call/number.ts'
import type { MasterKey } from '../key.ts'
import type { Tx } from '../tx.ts'
import { careDaysOf, planCalls, planChecks, planReferrals } from './desk.ts'
import type { County } from './plan.ts'

/** What the desk did in the last weeks beside its alarms, set by set; nothing of it is told in the event log. */
export async function storeDesk(
  tx: Tx,
  key: MasterKey,
  county: County,
  { areas, areaId, users }: { areas: ReadonlyMap<string, string>; areaId: string; users: ReadonlyMap<string, string> },
): Promise<void> {
  storeChecks(tx, county, users)
  storeCalls(tx, key, county, (community) => areas.get(community ?? '') ?? areaId, users)
  storeReferrals(tx, county, (community) => areas.get(community) ?? areaId, users)
  await tx.flush()
}

function storeChecks(tx: Tx, county: County, users: ReadonlyMap<string, string>): void {
  const lived = county.homes.flatMap((home) => home.elders.map((elder) => ({ home, elder })))
  const checks = planChecks(county)
  tx.send(
    `insert into care_check (id, elder_id, at, channel, result, note, user_id, entered_at)
     select id, elder_id, at, channel, result, note, user_id, at + interval '2 minutes'
     from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::uuid[])
       as c (id, elder_id, at, channel, result, note, user_id)`,
    [
      checks.map(({ id }) => id),
      checks.map(({ elderId }) => elderId),
      checks.map(({ at }) => at),
      checks.map(({ channel }) => channel),
      checks.map(({ result }) => result),
      checks.map(({ note }) => note),
      checks.map(({ by }) => users.get(by) ?? null),
    ],
  )
  tx.send(
    `update elder set care_check_days = w.days, care_checked_at = (
       select max(at) from care_check where elder_id = elder.id and result <> 'not-reached')
     from unnest($1::uuid[], $2::integer[]) as w (id, days) where elder.id = w.id`,
    [lived.map(({ elder }) => elder.id), lived.map((each) => careDaysOf(each, county))],
  )
}

function storeCalls(
  tx: Tx,
  key: MasterKey,
  county: County,
  areaOf: (community: string | null) => string,
  users: ReadonlyMap<string, string>,
): void {
  const calls = planCalls(county).map((call) => ({
    ...call,
    kept: call.number === null ? null : sealNumber(key, call.id, call.number),
  }))
  tx.send(
    `insert into call (id, direction, source, external_id, number_sealed, number_index, number_tail, began_at,
                       answered_at, ended_at, received_at, area_id, elder_id, user_id, category, outcome, note, filed_at)
     select id, direction, 'pbx', 'demo-' || id, sealed, number_index, tail, began, answered, ended, began, area, elder,
            by, category, outcome, note, filed
     from unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[], $5::text[], $6::timestamptz[], $7::timestamptz[],
                 $8::timestamptz[], $9::uuid[], $10::uuid[], $11::uuid[], $12::text[], $13::text[], $14::text[],
                 $15::timestamptz[])
       as c (id, direction, sealed, number_index, tail, began, answered, ended, area, elder, by, category, outcome,
             note, filed)`,
    [
      calls.map(({ id }) => id),
      calls.map(({ direction }) => direction),
      calls.map(({ kept }) => kept?.sealed ?? null),
      calls.map(({ kept }) => kept?.index ?? null),
      calls.map(({ number }) => (number === null ? '' : tailOf(number))),
      calls.map(({ beganAt }) => beganAt),
      calls.map(({ answeredAt }) => answeredAt),
      calls.map(({ endedAt }) => endedAt),
      calls.map(({ community }) => areaOf(community)),
      calls.map(({ elderId }) => elderId),
      calls.map(({ by }) => (by === null ? null : (users.get(by) ?? null))),
      calls.map(({ category }) => category),
      calls.map(({ outcome }) => outcome),
      calls.map(({ note }) => note),
      calls.map(({ filedAt }) => filedAt),
    ],
  )
}

function storeReferrals(
  tx: Tx,
  county: County,
  areaOf: (community: string) => string,
  users: ReadonlyMap<string, string>,
): void {
  const referrals = planReferrals(county)
  tx.send(
    `insert into referral (id, area_id, elder_id, kind, what, handed_to, state, due_at, opened_by, opened_at,
                           closed_by, closed_at, result)
     select id, area, elder, kind, what, handed, state, due, by, opened, case when closed is not null then by end,
            closed, result
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
                 $9::uuid[], $10::timestamptz[], $11::timestamptz[], $12::text[])
       as r (id, area, elder, kind, what, handed, state, due, by, opened, closed, result)`,
    [
      referrals.map(({ id }) => id),
      referrals.map(({ community }) => areaOf(community)),
      referrals.map(({ elderId }) => elderId),
      referrals.map(({ kind }) => kind),
      referrals.map(({ what }) => what),
      referrals.map(({ handedTo }) => handedTo),
      referrals.map(({ state }) => state),
      referrals.map(({ dueAt }) => dueAt),
      referrals.map(({ by }) => users.get(by) ?? null),
      referrals.map(({ openedAt }) => openedAt),
      referrals.map(({ closedAt }) => closedAt),
      referrals.map(({ result }) => result),
    ],
  )
}
