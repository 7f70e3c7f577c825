import { DRILL_SILENT_MS, SCENARIOS, type ScenarioName } from '@anju/domain/drill/scenario'
import { Refusal } from '@anju/domain/error'
import { randomInt } from 'node:crypto'
import { armDeadlines } from '../deadline/apply.ts'
import { insertDevices, type StoredDevice } from '../device/store.ts'
import { newId } from '../id.ts'
import type { MasterKey } from '../key.ts'
import { lockSubjects, type Tx } from '../tx.ts'

export interface NewDrill {
  areaId: string
  scenario: ScenarioName
  /** Its escalations leave the house, marked as a drill's. */
  tellsOutside: boolean
  /** A scope's path. */
  within: string
  userId: string
  now: Date
}

/**
 * Starts a rehearsal; a worker plays it. Refuses `not-found` for an area outside `within`, and `drill-running` with
 * the one that is under way there.
 */
export async function startDrill(tx: Tx, drill: NewDrill): Promise<{ id: string }> {
  const { areaId, scenario, now } = drill
  await lockSubjects(tx, [`drills:${areaId}`])
  const [area] = await tx.query<{ path: string }>('select path from area where id = $1 and starts_with(path, $2)', [
    areaId,
    drill.within,
  ])
  if (!area) throw new Refusal('not-found')
  const [running] = await tx.query<{ id: string }>(`select id from drill where area_id = $1 and state = 'running'`, [
    areaId,
  ])
  if (running) throw new Refusal('drill-running', undefined, { drillId: running.id })
  const id = newId(now)
  await tx.query(
    `insert into drill (id, area_id, scenario, seed, started_by, started_at, ends_at, tells_outside, state)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'running')`,
    [
      id,
      areaId,
      scenario,
      randomInt(2 ** 32),
      drill.userId,
      now,
      new Date(now.getTime() + SCENARIOS[scenario].lastsS * 1000),
      drill.tellsOutside,
    ],
  )
  armDeadlines(tx, [
    { kind: 'drill-over', ref: id, subject: `drill:${id}`, dueAt: new Date(now.getTime() + DRILL_SILENT_MS) },
  ])
  tellDrill(tx, { id, areaPath: area.path }, 'started', now, { scenario })
  return { id }
}

/** A drill about to be played, with its devices' secrets, which are kept nowhere else. */
export interface ClaimedDrill {
  id: string
  scenario: string
  seed: number
  endsAt: Date
  devices: StoredDevice[]
}

/** Takes a drill that nobody plays yet and makes its devices; null when there is none. Of many workers one gets it. */
export async function claimDrill(tx: Tx, key: MasterKey, now: Date): Promise<ClaimedDrill | null> {
  const [drill] = await tx.query<Omit<ClaimedDrill, 'devices'> & { areaId: string; scenario: ScenarioName }>(
    `select id, area_id as "areaId", scenario, seed, ends_at as "endsAt" from drill
     where state = 'running' and played_at is null and ends_at > $1
     order by started_at limit 1 for update skip locked`,
    [now],
  )
  if (!drill) return null
  await drillPlayed(tx, drill.id, now)
  const homeId = await drillHome(tx, drill.areaId, now)
  const { devices: count, silentAfterS } = SCENARIOS[drill.scenario]
  const devices = await insertDevices(
    tx,
    key,
    Array.from({ length: count }, (_, n) => ({
      kind: 'button',
      areaId: drill.areaId,
      homeId: n === 0 ? homeId : null,
      elderId: null,
      userNumber: null,
      hubId: null,
      label: '',
      model: '',
      serial: '',
      purpose: 'drill',
      drillId: drill.id,
      silentAfterS,
    })),
    now,
  )
  return { ...drill, devices: devices.filter((device) => device !== null) }
}

/** Its player lives. */
export async function drillPlayed(tx: Tx, drillId: string, now: Date): Promise<void> {
  await tx.query(`update drill set played_at = $2 where id = $1 and state = 'running'`, [drillId, now])
}

/** One home an area, for all its drills. */
async function drillHome(tx: Tx, areaId: string, now: Date): Promise<string> {
  const [home] = await tx.query<{ id: string }>(
    `insert into home (id, area_id, address, landmark, drill, created_at)
     values ($1, $2, '演练 DRILL', '演练，无需上门。This is a drill: nobody is to go there.', true, $3)
     on conflict (area_id) where drill do update set drill = true returning id`,
    [newId(now), areaId, now],
  )
  if (!home) throw new Error('a drill without a home')
  return home.id
}

export function tellDrill(
  tx: Tx,
  { id, areaPath }: { id: string; areaPath: string },
  name: 'started' | 'ended',
  at: Date,
  body: Record<string, unknown>,
): void {
  tx.events.push({
    at,
    topic: 'alarm',
    name: `drill.${name}`,
    areaPath,
    subject: `drill:${id}`,
    body: { drillId: id, ...body },
  })
}
