import { attribute, subjectOf } from '@anju/domain/device/attribute'
import { isAway, withoutPauses } from '@anju/domain/silence/away'
import {
  type NoticedSilent,
  type PlacedSilence,
  placeSilent,
  SHOWS_WITHIN_S,
  type StandingSilence,
} from '@anju/domain/silence/dark'
import {
  COLLECT_MS,
  decideSilent,
  SILENCE_RULE,
  type SilenceGroup,
  type Up,
  UP_AFTER_BEAT_MS,
} from '@anju/domain/silence/silence'
import { loadPauses } from '../absence/pauses.ts'
import { loadAssignments } from '../assignment/load.ts'
import { armDeadlines, closeDeadline, type DueDeadline, rearm } from '../deadline/apply.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { foldAlarms } from './fold.ts'
import { raiseAlarm } from './raise.ts'

/**
 * SQL: an alarm that told of this very silence of `s` (device_state), be it over: raised since, or having told of the
 * device since, where it has waited longer than the device has been silent.
 */
export const TOLD_OF_SILENCE = `select 1 from alarm where alarm.kind = 'device-silent'
  and (alarm.device_id = s.device_id or s.device_id = any(alarm.devices))
  and (alarm.raised_at >= s.silent_since
       or exists (select 1 from alarm_entry told where told.alarm_id = alarm.id and told.kind in ('raised', 'joined')
                  and told.at >= s.silent_since and told.body->'devices' ? s.device_id))`

/** Is this device silent? If so it is collected, and a minute later its county's silent devices are decided together. */
export async function decideDeviceSilent(tx: Tx, due: DueDeadline, now: Date): Promise<void> {
  const [device] = await tx.query<{
    lastHeard: Date | null
    silentSince: Date | null
    revoked: boolean
    silentAfterMs: number
    areaPath: string
  }>(
    `select s.last_message_at as "lastHeard", s.silent_since as "silentSince", device.revoked_at is not null as revoked,
            device.silent_after_s * 1000 as "silentAfterMs", area.path as "areaPath"
     from device join area on area.id = device.area_id left join device_state s on s.device_id = device.id
     where device.id = $1`,
    [due.ref],
  )
  if (!device) return closeDeadline(tx, due, 'moot', { why: 'gone' }, now)
  const since = device.lastHeard
  const up = since ? await gatewaysUp(tx, since) : []
  const pauses = since ? await loadPauses(tx, { deviceId: due.ref, since, now }) : []
  const verdict = decideSilent(device, withoutPauses(up, pauses), now)
  if (verdict.kind === 'moot') return closeDeadline(tx, due, 'moot', { why: verdict.why }, now)
  if (verdict.kind === 'again') {
    // While its people are away no silence adds up, so there is no hurry to ask again.
    const dueAt = isAway(pauses, now) ? new Date(now.getTime() + device.silentAfterMs) : verdict.dueAt
    return rearm(tx, due, dueAt)
  }
  const county = device.areaPath.split('/')[1] ?? ''
  const collected = { kind: 'silence-decide', ref: county, subject: `silence:${county}` } as const
  // Whoever decides the county now does not see this device yet; without his lock its question would be taken for asked.
  await lockSubjects(tx, [collected.subject])
  await tx.query('update device_state set silent_since = $2 where device_id = $1', [due.ref, now])
  tx.events.push({
    at: now,
    topic: 'device',
    name: 'device.silent',
    areaPath: device.areaPath,
    subject: `device:${due.ref}`,
    body: { deviceId: due.ref, lastHeard: device.lastHeard?.toISOString() },
  })
  armDeadlines(tx, [{ ...collected, dueAt: new Date(now.getTime() + COLLECT_MS) }])
  await rearm(tx, due, new Date(now.getTime() + device.silentAfterMs))
}

/** When at least one gateway was up, since the device was last heard. */
async function gatewaysUp(tx: Tx, since: Date): Promise<Up[]> {
  return tx.query<Up & Record<string, Date>>(
    `select started_at as "from", beat_at + make_interval(secs => $2) as "to" from gateway_run
     where beat_at >= $1 order by started_at`,
    [since, UP_AFTER_BEAT_MS / 1000],
  )
}

type Collected = NoticedSilent & { areaPath: string; drillId: string | null }

/**
 * A minute of silent devices, beside the alarms that stand: shared causes become one alarm that lists them, the rest
 * one each (promise 5).
 */
export async function decideSilences(tx: Tx, due: DueDeadline, now: Date): Promise<void> {
  const silent = await tx.query<Collected>(
    `select device.id, device.hub_id as "hubId", device.area_id as "areaId", area.path as "areaPath",
            s.silent_since as since, device.drill_id as "drillId"
     from device_state s join device on device.id = s.device_id join area on area.id = device.area_id
     where s.silent_since is not null and device.revoked_at is null and starts_with(area.path, $1)
       and not exists (select 1 from alarm where alarm.kind = 'device-silent' and alarm.resolved_at is null
                       and (alarm.device_id = device.id or device.id = any(alarm.devices)))
       and not exists (${TOLD_OF_SILENCE})`,
    [`/${due.ref}/`],
  )
  const real = silent.filter((device) => device.drillId === null)
  const standing = await standingSilences(tx, real)
  const inArea = await wouldShow(tx, [...real, ...standing.flatMap((alarm) => alarm.silent)])
  const groups: PlacedSilence[] = placeSilent(real, standing, inArea, now)
  // A rehearsal's dark village stands apart: never one alarm with a real one's.
  for (const [ref, devices] of Map.groupBy(silent, ({ drillId }) => drillId)) {
    if (ref === null) continue
    groups.push({ cause: 'drill', ref, devices: devices.map(({ id }) => id).sort(), joins: null, folds: [] })
  }
  const devices = new Map(silent.map((device) => [device.id, device]))
  const planned = await planAlarms(tx, groups, devices, now)
  const folded = groups.flatMap(({ folds }) => folds)
  await lockSubjects(tx, [
    ...planned.map((alarm) => alarm.subject),
    ...folded.flatMap(({ subject, elderId }) => (elderId === null ? [subject] : [subject, `elder:${elderId}`])),
  ])
  for (const alarm of planned) {
    const id = await raise(tx, alarm, now)
    await foldAlarms(
      tx,
      alarm.group.folds.map((one) => one.id),
      id,
      now,
    )
  }
  await closeDeadline(tx, due, 'done', { silent: silent.length, groups: groups.length, folded: folded.length }, now)
}

/** The open alarms of silence in the villages where devices were just found silent. */
async function standingSilences(tx: Tx, fresh: readonly Collected[]): Promise<StandingSilence[]> {
  const areas = [...new Set(fresh.map(({ areaId }) => areaId))]
  if (areas.length === 0) return []
  const alarms = await tx.query<Omit<StandingSilence, 'silent' | 'cause'> & { village: boolean }>(
    `select id, subject, starts_with(subject, 'community:') as village, area_id as "areaId", devices,
            elder_id as "elderId", state <> 'raised' or shelved_until is not null as taken
     from alarm where kind = 'device-silent' and resolved_at is null and drill_id is null and area_id = any($1)`,
    [areas],
  )
  const silent = await tx.query<NoticedSilent & Record<string, unknown>>(
    `select device.id, device.hub_id as "hubId", device.area_id as "areaId", s.silent_since as since
     from device join device_state s on s.device_id = device.id
     where device.id = any($1) and s.silent_since is not null and device.revoked_at is null`,
    [alarms.flatMap((alarm) => alarm.devices)],
  )
  return alarms.map(({ village, ...alarm }) => ({
    ...alarm,
    cause: village ? 'community' : 'single',
    silent: silent.filter(({ id }) => alarm.devices.includes(id)),
  }))
}

/** How many devices of each village would have shown a power cut: those that speak by themselves, and who is silent. */
async function wouldShow(tx: Tx, silent: readonly NoticedSilent[]): Promise<Map<string, number>> {
  const counts = await tx.query<{ areaId: string; n: number }>(
    `select area_id as "areaId", count(*)::integer as n from device
     where revoked_at is null and purpose = 'care' and area_id = any($1) and (silent_after_s <= $2 or id = any($3))
     group by area_id`,
    [[...new Set(silent.map(({ areaId }) => areaId))], SHOWS_WITHIN_S, silent.map(({ id }) => id)],
  )
  return new Map(counts.map((row) => [row.areaId, row.n]))
}

interface Planned {
  subject: string
  group: PlacedSilence
  first: Collected
  owner: ReturnType<typeof attribute>
}

async function planAlarms(
  tx: Tx,
  groups: readonly PlacedSilence[],
  devices: Map<string, Collected>,
  now: Date,
): Promise<Planned[]> {
  const assignments = await loadAssignments(tx, devices.keys())
  return groups.flatMap((group) => {
    const first = devices.get(group.ref) ?? group.devices.flatMap((id) => devices.get(id) ?? [])[0]
    if (!first) return []
    const owner = group.cause === 'device' ? attribute(assignments.get(first.id) ?? [], now, null) : null
    const subject =
      group.joins?.subject ??
      (isShared(group)
        ? `${group.cause}:${group.ref}`
        : group.cause === 'hub'
          ? `device:${first.id}`
          : subjectOf(first.id, owner))
    return [{ subject, group, first, owner }]
  })
}

/** Its cause is none of its devices. */
function isShared(group: SilenceGroup): boolean {
  return group.cause === 'community' || group.cause === 'drill'
}

async function raise(tx: Tx, { subject, group, first, owner }: Planned, now: Date): Promise<string> {
  return raiseAlarm(tx, {
    kind: 'device-silent',
    subject,
    areaId: first.areaId,
    areaPath: first.areaPath,
    elderId: owner?.elderId ?? null,
    homeId: owner?.homeId ?? null,
    deviceId: isShared(group) ? null : first.id,
    devices: group.devices,
    drillId: first.drillId,
    reasons: { rule: SILENCE_RULE, because: group.cause, devices: group.devices, since: first.since },
    now,
  })
}
