import { decideHealth, DOWN_AFTER_MS, DOWN_FAILURES } from '@anju/domain/channel/down'
import { clearAlarm, raiseAlarm } from '../alarm/raise.ts'
import type { Tx } from '../tx.ts'

interface Outcome {
  /** 'webhook' or 'channel:<id>'. */
  channel: string
  worked: boolean
  /** What a failed attempt was told. */
  said: string
}

/**
 * What an attempt says of its channel: one that stays down raises an alarm of its own, and says so once it works
 * again. The caller holds the channel's lock.
 */
export async function recordHealth(tx: Tx, { channel, worked, said }: Outcome, now: Date): Promise<void> {
  const [state] = await tx.query<{
    failingSince: Date | null
    failures: number
    alarmId: string | null
    open: boolean
  }>(
    `select failing_since as "failingSince", failures, alarm_id as "alarmId",
            coalesce(alarm.resolved_at is null and alarm.id is not null, false) as open
     from channel_state left join alarm on alarm.id = channel_state.alarm_id where channel = $1`,
    [channel],
  )
  const health = { failingSince: state?.failingSince ?? null, failures: state?.failures ?? 0 }
  // One that was resolved while the channel still fails is raised again.
  const verdict = decideHealth({ ...health, told: worked ? state?.alarmId != null : state?.open === true }, worked, now)
  let alarmId = worked ? null : (state?.alarmId ?? null)
  if (verdict.alarm === 'raise') alarmId = await raise(tx, channel, verdict, now)
  if (verdict.alarm === 'clear' && state?.alarmId != null) {
    await clearAlarm(tx, { alarmId: state.alarmId, body: { because: 'works' }, now })
  }
  await tx.query(
    `insert into channel_state (channel, ok_at, failed_at, failing_since, failures, said, alarm_id)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (channel) do update set
       ok_at = coalesce(excluded.ok_at, channel_state.ok_at),
       failed_at = coalesce(excluded.failed_at, channel_state.failed_at),
       said = case when excluded.failed_at is null then channel_state.said else excluded.said end,
       failing_since = excluded.failing_since, failures = excluded.failures, alarm_id = excluded.alarm_id`,
    [channel, worked ? now : null, worked ? null : now, verdict.failingSince, verdict.failures, said, alarmId],
  )
}

async function raise(
  tx: Tx,
  channel: string,
  { failingSince, failures }: { failingSince: Date | null; failures: number },
  now: Date,
): Promise<string | null> {
  // The environment's webhook belongs to no area: the installation's first hears of it.
  const [area] = await tx.query<{ id: string; path: string }>(
    `select area.id, area.path from area left join channel on channel.area_id = area.id and 'channel:' || channel.id = $1
     order by channel.id nulls last, area.parent_id nulls first, area.created_at, area.id limit 1`,
    [channel],
  )
  if (!area) return null
  const reasons = { because: 'failing', failures, since: failingSince, limits: { DOWN_FAILURES, DOWN_AFTER_MS } }
  const subject = channel.startsWith('channel:') ? channel : `channel:${channel}`
  return raiseAlarm(tx, { kind: 'channel-down', subject, areaId: area.id, areaPath: area.path, reasons, now })
}

/** A channel that nobody uses any more fails no more, and nothing waits for it. The caller holds its lock. */
export async function retire(tx: Tx, channel: string, because: 'disabled' | 'removed', now: Date): Promise<void> {
  await tx.query(`update notification set state = 'moot' where channel = $1 and state = 'waiting'`, [channel])
  const [state] = await tx.query<{ alarmId: string | null }>(
    `update channel_state set failing_since = null, failures = 0 where channel = $1 returning alarm_id as "alarmId"`,
    [channel],
  )
  if (state?.alarmId == null) return
  await clearAlarm(tx, { alarmId: state.alarmId, body: { because }, now })
  await tx.query('update channel_state set alarm_id = null where channel = $1', [channel])
}
