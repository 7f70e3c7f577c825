import type { Tx } from '../tx.ts'

/** One change of state, told to every reader. Bodies carry ids and states, never identity data (promise 10). */
export interface LogEvent {
  at: Date
  /** What readers choose by: alarm, device, command, elder, session, notification. */
  topic: string
  /** 'alarm.raised' … */
  name: string
  /** Whose screens may see it; null for none. */
  areaPath: string | null
  subject: string
  body: Record<string, unknown>
}

export const LOG_CHANNEL = 'anju_log'

/**
 * Gives the events their positions. Must be the last statement before COMMIT: the head's row lock is then held
 * only while committing, and position order is commit order. (A sequence would skip late commits.)
 */
export function appendEvents(tx: Tx, events: readonly LogEvent[]): void {
  tx.send(
    `with head as (update log_head set position = position + $1 returning position),
     added as (
       insert into event (position, at, topic, name, area_path, subject, body)
       select head.position - $1 + e.n, e.at, e.topic, e.name, e.area_path, e.subject, e.body
       from head, unnest($2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[])
         with ordinality as e (at, topic, name, area_path, subject, body, n)
       returning position)
     select pg_notify('${LOG_CHANNEL}', max(position)::text) from added`,
    [
      events.length,
      events.map((event) => event.at),
      events.map((event) => event.topic),
      events.map((event) => event.name),
      events.map((event) => event.areaPath),
      events.map((event) => event.subject),
      events.map((event) => JSON.stringify(event.body)),
    ],
  )
}
