import { readAlarm, readAlarms } from '@anju/api/alarm/read'
import { readDevices } from '@anju/api/device/read'
import { readElders } from '@anju/api/elder/search'
import { markOf } from '@anju/api/page'
import { readReadings } from '@anju/api/reading/read'
import { timelineKinds } from '@anju/api/timeline/schema'
import { readTimeline } from '@anju/api/timeline/read'
import { scopeOf } from '@anju/domain/access/scope'
import { readEvents } from '@anju/prisma/log/tail'
import { type Db, openReads, snapshot } from '@anju/prisma/reads'
import { openPool } from '@anju/prisma/tx'
import { type Figure, type Part, percentile } from './figure.ts'
import { MANY, seedMany } from './many-rows.ts'
import { explain, noteStatements } from './plans.ts'
import type { Stage } from './stage.ts'

const TIMES = 30
const LIMIT = 100
const ADMINISTRATOR = '00000000-0000-7000-8000-000000000000'

/** What screens ask for, on a county's rows, as the API's routes ask it; and how the database found it. */
export async function listsPart(stage: Stage): Promise<Part> {
  const now = new Date()
  const { elderId, alarmId } = await seedMany(stage.pool, stage.town, now)
  const pool = openPool(stage.url, { max: 2, name: 'bench lists' })
  const noted = noteStatements(pool)
  const reads = openReads(pool)
  const scope = scopeOf({ userId: ADMINISTRATOR, role: 'administrator', areaPath: stage.town.areaPath })
  // Half-way down the list: a page far from the newest must cost what the first costs.
  const deep = (stepS: number) => ({ at: new Date(now.getTime() - (MANY / 2) * stepS * 1000), id: ADMINISTRATOR })
  const first = { mark: markOf(undefined), limit: LIMIT, now }
  const lists: [string, (db: Db) => Promise<unknown>][] = [
    ['Alarms, open', (db) => readAlarms(scope, db, { state: 'open', ...first })],
    ['Alarms, all, first page', (db) => readAlarms(scope, db, { state: 'all', ...first })],
    ['Alarms, all, half-way down', (db) => readAlarms(scope, db, { state: 'all', ...first, mark: deep(60) })],
    ['One alarm whole', (db) => readAlarm(scope, db, alarmId, now)],
    ['Readings of one elder, first page', (db) => readReadings(scope, db, { elderId, limit: LIMIT })],
    ['Readings of one elder, half-way down', (db) => readReadings(scope, db, { elderId, limit: LIMIT, mark: deep(6) })],
    ['Timeline of that elder', (db) => readTimeline(scope, db, { elderId, kinds: timelineKinds, ...first })],
    ['Elders, first page', (db) => readElders(scope, db, { search: '', ...first })],
    ['Elders by the beginning of a name', (db) => readElders(scope, db, { search: '老人49', ...first })],
    ['Devices, first page', (db) => readDevices(scope, db, first)],
  ]
  const figures: Figure[] = []
  const evidence: string[] = []
  try {
    for (const [what, read] of lists) {
      const runs: number[] = []
      for (let i = 0; i <= TIMES; i++) {
        noted.length = 0
        const began = performance.now()
        await snapshot(reads, read)
        if (i > 0) runs.push(performance.now() - began)
      }
      figures.push({
        what,
        unit: 'ms',
        runs: [percentile(runs, 0.5)],
        note: `p95 ${percentile(runs, 0.95).toFixed(1)} ms`,
      })
      const plans = await explain(stage.pool, noted)
      evidence.push(`**${what}** (${plans.length} statements)`, '', ...plans.map((line) => `- ${line}`), '')
    }
    const began = performance.now()
    const events = await readEvents(pool, MANY / 2, 500)
    figures.push({ what: `Events after a position, ${events.length}`, unit: 'ms', runs: [performance.now() - began] })
  } finally {
    await reads.$disconnect()
    await pool.end()
  }
  return {
    title: 'Lists: 100,000 alarms, 200,000 readings, 10,000 devices, pages of 100',
    figures,
    words: ['`explain (analyze, buffers)` of the statements behind each:', '', ...evidence].join('\n').trimEnd(),
  }
}
