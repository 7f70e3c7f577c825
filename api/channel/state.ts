import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import type { ChannelState } from './schema.ts'

export interface StateRow {
  okAt: Date | null
  failedAt: Date | null
  failingSince: Date | null
  failures: number | null
  said: string | null
  alarmId: string | null
  waiting: number
}

export const stateColumns = Prisma.sql`s.ok_at as "okAt", s.failed_at as "failedAt", s.failing_since as "failingSince",
  s.failures, s.said, s.alarm_id as "alarmId"`

/** How it goes with the webhook of the environment, which belongs to no area. */
export async function environmentState(db: Db): Promise<ChannelState> {
  const [row] = await db.$queryRaw<StateRow[]>`
    select ${stateColumns}, (select count(*)::int from notification where channel = 'webhook' and state = 'waiting') as waiting
    from (select 1) as one left join channel_state s on s.channel = 'webhook'`
  return toState(row)
}

export function toState(row: StateRow | undefined): ChannelState {
  return {
    okAt: row?.okAt?.toISOString() ?? null,
    failedAt: row?.failedAt?.toISOString() ?? null,
    failingSince: row?.failingSince?.toISOString() ?? null,
    failures: row?.failures ?? 0,
    said: row?.said ?? '',
    alarmId: row?.alarmId ?? null,
    waiting: row?.waiting ?? 0,
  }
}
