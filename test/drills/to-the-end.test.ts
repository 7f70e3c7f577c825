import { decideDue } from '@anju/api/deadline/decider'
import { DrillPlayer } from '@anju/api/drill/player'
import type { DrillReport } from '@anju/domain/drill/report'
import type { ScenarioName } from '@anju/domain/drill/scenario'
import { startGateway } from '@anju/gateway/main'
import { makeWorld } from '@anju/gateway/world.fixture'
import { acknowledgeAlarm, reportShown } from '@anju/prisma/alarm/apply'
import { resolveAlarm } from '@anju/prisma/alarm/end'
import { startDrill } from '@anju/prisma/drill/apply'
import { newId } from '@anju/prisma/id'
import { loadKey } from '@anju/prisma/key'
import { transact } from '@anju/prisma/tx'
import pino from 'pino'
import { expect, test } from 'vitest'
import { testDatabase } from '../postgres.ts'

const log = pino({ level: process.env['LOG'] ?? 'silent' })

interface Open {
  id: string
  kind: string
  clockFrom: Date
  presses: number
}

/**
 * Plays a drill to its own end in a county of its own; deadlines are decided as they fall due. `desk`: whether
 * somebody sits there, who takes and resolves whatever rises.
 */
async function playToTheEnd(scenario: ScenarioName, desk: 'answers' | 'empty'): Promise<DrillReport> {
  const database = await testDatabase()
  const world = await makeWorld(database.url)
  const { pool } = world
  const [userId, seatId, sessionId] = [newId(), newId(), newId()]
  await pool.query(
    `insert into app_user (id, username, name, role, area_id, password_hash, created_at)
     values ($1, 'lead', '班长', 'shift-lead', $2, 'none', $3)`,
    [userId, world.areaId, new Date()],
  )
  const gateway = await startGateway(world.config, log)
  const broker = `mqtt://127.0.0.1:${gateway.ports.mqtt}`
  const player = new DrillPlayer({ pool, key: await loadKey(world.config), broker, log })
  const seat = async (now: Date): Promise<void> => {
    await pool.query(
      `insert into session (id, token_hash, user_id, created_at, expires_at, last_seen_at)
       values ($1, $2, $3, $4, $5, $4) on conflict do nothing`,
      [sessionId, Buffer.from(sessionId), userId, now, new Date(now.getTime() + 86_400_000)],
    )
    await pool.query(
      `insert into seat (id, user_id, session_id, area_path, armed, streaming, beat_at) values ($1, $2, $3, $4, true, true, $5)
       on conflict (id) do update set beat_at = excluded.beat_at`,
      [seatId, userId, sessionId, world.areaPath, now],
    )
  }
  const answer = async (): Promise<void> => {
    await seat(new Date())
    const { rows } = await pool.query<Open>(
      `select id, kind, clock_from as "clockFrom", presses from alarm where resolved_at is null`,
    )
    for (const { id: alarmId, clockFrom, presses } of rows) {
      const act = () => ({ alarmId, userId, now: new Date() })
      await transact(pool, (tx) => reportShown(tx, { ...act(), seatId, presses, clockFrom }))
      await transact(pool, (tx) => acknowledgeAlarm(tx, act()))
      const outcome = { outcome: 'test' as const, note: '', followUpAt: null }
      await transact(pool, (tx) => resolveAlarm(tx, { ...act(), ...outcome }))
    }
  }
  try {
    const { id } = await transact(pool, (tx) =>
      startDrill(tx, {
        areaId: world.areaId,
        scenario,
        tellsOutside: false,
        within: world.areaPath,
        userId,
        now: new Date(),
      }),
    )
    if (desk === 'answers') await seat(new Date())
    await player.turn(new Date())
    const drill = async () =>
      (await pool.query<{ state: string; report: DrillReport }>('select state, report from drill where id = $1', [id]))
        .rows[0]
    await expect
      .poll(
        async () => {
          await decideDue(pool, new Date(), log)
          if (desk === 'answers') await answer()
          return (await drill())?.state
        },
        { timeout: 15 * 60_000, interval: 1000 },
      )
      .toBe('done')
    const left = await pool.query(
      `select (select count(*) from alarm where resolved_at is null)::integer as open,
              (select count(*) from device where purpose = 'drill' and revoked_at is null)::integer as devices`,
    )
    expect(left.rows).toEqual([{ open: 0, devices: 0 }])
    const report = (await drill())?.report
    if (!report) throw new Error('no report')
    return report
  } finally {
    await player.stop()
    await gateway.stop()
    await world.end()
    await database.drop()
  }
}

test.concurrent('village-dark: one press is answered, and one alarm lists what fell silent together', async () => {
  const report = await playToTheEnd('village-dark', 'answers')
  const silent = report.alarms.filter(({ kind }) => kind === 'device-silent')
  expect(silent).toMatchObject([{ devices: 11, owner: '班长' }])
  expect(report.alarms.filter(({ kind }) => kind === 'emergency-press')).toHaveLength(1)
  expect(report).toMatchObject({ unanswered: 0, within60: 1, presses: { planned: 1, stored: 1 } })
  expect(report.resolved.n).toBe(2)
})

test.concurrent('flood: sixty presses within a minute are sixty alarms, each shown, taken and resolved', async () => {
  const report = await playToTheEnd('flood', 'answers')
  expect(report.alarms).toHaveLength(60)
  expect(report).toMatchObject({ unanswered: 0, presses: { planned: 60, stored: 60 } })
  for (const spread of [report.shown, report.acknowledged, report.resolved]) expect(spread.n).toBe(60)
  expect(report.within60).toBe(1)
})

test.concurrent(
  'night: with nobody at the desk the press goes outside at once, and the report says who missed it',
  async () => {
    const report = await playToTheEnd('night', 'empty')
    expect(report.alarms).toMatchObject([{ kind: 'emergency-press', owner: null, shownAt: null, resolvedAt: null }])
    expect(report.alarms[0]?.escalations[0]?.reason).toBe('no-seat')
    expect(report).toMatchObject({ unanswered: 1, within60: 0, within180: 0, presses: { planned: 1, stored: 1 } })
  },
)
