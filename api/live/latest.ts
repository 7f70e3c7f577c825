import type pg from 'pg'
import type { Logger } from 'pino'
import { covers } from '@anju/domain/access/scope'
import type { Reading as ReadingRow } from '@anju/prisma/generated/client'
import { faultOf } from '../problem.ts'
import { toReading } from '../reading/row.ts'
import type { Reading } from '../reading/schema.ts'
import { unloggedFrame } from './frame.ts'
import type { LiveHub } from './hub.ts'
import type { Stream } from './stream.ts'

/** Readings are not events one by one: screens get the latest at most twice a second. */
const EVERY_MS = 500
const READINGS_EACH = 20

/**
 * Tells streams the latest readings of the elders they watch, when these changed: one query for all watchers,
 * whatever their number. Who has moved out of a stream's scope since it opened is told of no more.
 */
export class LatestReadings {
  readonly #pool: pg.Pool
  readonly #hub: LiveHub
  readonly #log: Logger
  /** elder → ids last told, newest first. */
  readonly #told = new Map<string, string>()
  readonly #greeted = new WeakMap<Stream, Set<string>>()
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined

  constructor(pool: pg.Pool, hub: LiveHub, log: Logger) {
    this.#pool = pool
    this.#hub = hub
    this.#log = log
  }

  start(): void {
    this.#timer = setInterval(() => {
      // A slow database makes it rarer, never two at once.
      this.#running ??= this.#poll().finally(() => {
        this.#running = undefined
      })
    }, EVERY_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  async #poll(): Promise<void> {
    const watched = new Set([...this.#hub.streams].flatMap(({ listener }) => listener.wanted.elderIds))
    for (const id of this.#told.keys()) if (!watched.has(id)) this.#told.delete(id)
    if (watched.size === 0) return
    try {
      const latest = await latestOf(this.#pool, [...watched])
      for (const elderId of watched) this.#tell(elderId, latest.get(elderId))
    } catch (error) {
      this.#log.debug({ fault: faultOf(error) }, 'latest readings cannot be read')
    }
  }

  #tell(elderId: string, latest: Latest | undefined): void {
    if (!latest) return
    const { areaPath, readings } = latest
    const print = readings.map(({ id }) => id).join()
    const changed = this.#told.get(elderId) !== print
    this.#told.set(elderId, print)
    const frame = unloggedFrame('reading.latest', { elderId, readings })
    this.#hub.tell(frame, (stream) => {
      if (!stream.listener.wanted.elderIds.includes(elderId) || !covers(stream.listener.scope, areaPath)) return false
      const greeted = this.#greeted.get(stream) ?? new Set()
      const fresh = !greeted.has(elderId)
      this.#greeted.set(stream, greeted.add(elderId))
      return changed || fresh
    })
  }
}

interface Latest {
  areaPath: string
  readings: Reading[]
}

/** Where each lives, and readings with those of double entries that were merged into the one watched. */
async function latestOf(pool: pg.Pool, elderIds: string[]): Promise<Map<string, Latest>> {
  const lives = await pool.query<{ id: string; areaPath: string }>(
    `select elder.id, area.path as "areaPath"
     from elder join home on home.id = elder.home_id join area on area.id = home.area_id where elder.id = any($1)`,
    [elderIds],
  )
  const found = await pool.query<ReadingRow & { watchedId: string }>(
    `select watched.id as "watchedId", r.id, r.received_at as "receivedAt", r.message_id as "messageId", r.device_id as "deviceId",
            r.home_id as "homeId", r.elder_id as "elderId", r.kind, r.at, r.device_at as "deviceAt", r.marks,
            r.plausible, r.systolic, r.diastolic, r.pulse, r.value, r.meal, r.user_number as "userNumber",
            r.irregular, r.motion
     from unnest($1::uuid[]) as watched (id)
     cross join lateral (
       select part.*
       from (select watched.id union all select elder.id from elder where elder.merged_into = watched.id) as entry (id)
       cross join lateral (
         select * from reading where elder_id = entry.id order by at desc, id desc limit $2) as part
       order by part.at desc, part.id desc limit $2) as r`,
    [elderIds, READINGS_EACH],
  )
  const readings = Map.groupBy(found.rows, (row) => row.watchedId)
  return new Map(
    lives.rows.map(({ id, areaPath }) => [
      id,
      { areaPath, readings: (readings.get(id) ?? []).map(({ watchedId: _, ...row }) => toReading(row)) },
    ]),
  )
}
