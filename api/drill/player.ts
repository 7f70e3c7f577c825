import { type DrillStep, isScenario, planOf } from '@anju/domain/drill/scenario'
import { claimDrill, type ClaimedDrill, drillPlayed } from '@anju/prisma/drill/apply'
import { endDrill } from '@anju/prisma/drill/end'
import type { MasterKey } from '@anju/prisma/key'
import { transact } from '@anju/prisma/tx'
import type pg from 'pg'
import type { Logger } from 'pino'
import { pause } from '../probe/button.ts'
import { DrillButton } from './button.ts'

/** How soon a stop, or the last alarm's end, is seen. */
const LOOK_MS = 500
const ALIVE_MS = 10_000

export interface PlayerOptions {
  pool: pg.Pool
  key: MasterKey
  broker: string
  log: Logger
}

/**
 * Plays drills: makes their devices, lets them speak MQTT as real ones do, follows the script, and ends them. One that
 * dies is noticed by the drill's deadline, which retires what it leaves.
 */
export class DrillPlayer {
  readonly #o: PlayerOptions
  readonly #stop = new AbortController()
  readonly #playing = new Set<Promise<void>>()

  constructor(options: PlayerOptions) {
    this.#o = options
  }

  /** Takes a drill that waits, and plays it without being waited for. */
  async turn(now: Date): Promise<void> {
    const { pool, key, log } = this.#o
    const drill = await transact(pool, (tx) => claimDrill(tx, key, now))
    if (drill === null) return
    log.info({ drill: drill.id, scenario: drill.scenario }, 'a drill begins')
    const playing = this.#play(drill)
      .catch((error: unknown) => log.error({ err: error, drill: drill.id }, 'a drill cannot go on'))
      .finally(() => this.#playing.delete(playing))
    this.#playing.add(playing)
  }

  /** What is played ends as failed: whoever stops us does not wait for minutes. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#playing)
  }

  async #play(drill: ClaimedDrill): Promise<void> {
    const { pool, broker, log } = this.#o
    const over = new AbortController()
    const signal = AbortSignal.any([over.signal, this.#stop.signal])
    const buttons = drill.devices.map((device) => new DrillButton(broker, device, log))
    let played: Promise<void> = Promise.resolve()
    let state: 'done' | 'failed' = 'failed'
    try {
      await Promise.all(buttons.map((button) => button.switchOn(signal)))
      played = this.#script(drill, buttons, signal)
      let aliveAt = 0
      while (!signal.aborted) {
        const now = new Date()
        if (now.getTime() - aliveAt >= ALIVE_MS) {
          aliveAt = now.getTime()
          await transact(pool, (tx) => drillPlayed(tx, drill.id, now))
        }
        if (now >= drill.endsAt || (await this.#isOver(drill))) {
          state = 'done'
          break
        }
        await pause(LOOK_MS, signal)
      }
    } finally {
      over.abort()
      await Promise.allSettled([played, ...buttons.map((button) => button.switchOff())])
      await transact(pool, (tx) => endDrill(tx, { drillId: drill.id, state, now: new Date() }))
      log.info({ drill: drill.id, state }, 'a drill is over')
    }
  }

  async #script(drill: ClaimedDrill, buttons: readonly DrillButton[], signal: AbortSignal): Promise<void> {
    const began = performance.now()
    for (const [n, step] of planned(drill).entries()) {
      await pause(step.atS * 1000 - (performance.now() - began), signal)
      if (signal.aborted) return
      const button = buttons[step.device]
      if (!button) continue
      if (step.act === 'dark') button.goDark()
      else if (step.act === 'press' || !(await this.#isAnswered(drill, button.id))) button.press(`drill-${n}`)
    }
  }

  /** Somebody has taken the alarm that this button raised. */
  async #isAnswered(drill: ClaimedDrill, deviceId: string): Promise<boolean> {
    const { rowCount } = await this.#o.pool.query(
      `select from alarm where drill_id = $1 and device_id = $2 and owner_id is not null limit 1`,
      [drill.id, deviceId],
    )
    return rowCount !== 0
  }

  /** It was stopped, or everything that was to come has come and was resolved. */
  async #isOver(drill: ClaimedDrill): Promise<boolean> {
    const { rows } = await this.#o.pool.query<{ state: string; open: number; pressed: number; dark: number }>(
      `select drill.state, count(*) filter (where alarm.id is not null and alarm.resolved_at is null)::integer as open,
              count(distinct alarm.device_id) filter (where kind = 'emergency-press')::integer as pressed,
              count(*) filter (where kind = 'device-silent')::integer as dark
       from drill left join alarm on alarm.drill_id = drill.id where drill.id = $1 group by drill.state`,
      [drill.id],
    )
    const [now] = rows
    if (now?.state !== 'running') return true
    const steps = planned(drill)
    const pressing = new Set(steps.filter(({ act }) => act === 'press').map(({ device }) => device))
    const dark = steps.some(({ act }) => act === 'dark')
    return now.open === 0 && now.pressed >= pressing.size && (!dark || now.dark > 0)
  }
}

function planned({ scenario, seed }: ClaimedDrill): DrillStep[] {
  return isScenario(scenario) ? planOf(scenario, seed) : []
}
