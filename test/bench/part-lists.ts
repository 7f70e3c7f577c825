import path from 'node:path'
import { startApi } from '@anju/api/main'
import { parseConfig } from '@anju/domain/config'
import { createApiKey } from '@anju/prisma/user/apply'
import { transact } from '@anju/prisma/tx'
import { pino } from 'pino'
import { startNode } from './child.ts'
import { COUNTY, seedCounty, type BigCounty } from './county.ts'
import { type Figure, type Part, percentile } from './figure.ts'
import { seedFiveYears } from './five-years.ts'
import { freePorts } from './folder.ts'
import { MANY, seedMany } from './many-rows.ts'
import { explain, noteStatements, type Plan } from './plans.ts'
import type { Stage } from './stage.ts'
import { KEY_HEX } from './world.ts'

const TIMES = 40
/** A list that looks at more rows than this to answer a page would grow with the county. */
const ROWS_LOOKED_AT = 20_000

type Request = {
  what: string
  at: string
  /** ms that its median may take. */
  within?: number
  /** It counts or draws the whole county: it must look at every row, and its time is told for what it is. */
  whole?: true
}

/** What screens ask of a county of 100,000, over HTTP as they ask it; and how the database found it. */
export async function listsPart(stage: Stage): Promise<Part> {
  const now = new Date()
  const { alarmId } = await seedMany(stage.pool, stage.town, now)
  const began = performance.now()
  const county = await seedCounty(stage.pool, now)
  const seededS = (performance.now() - began) / 1000
  await seedFiveYears(stage.pool, county, now)
  const requests = requestsOf(county, alarmId)
  const token = await newToken(stage, county)
  const figures: Figure[] = [{ what: 'The county of 100,000 made', unit: 's', runs: [seededS], target: { atMost: 90 } }]
  figures.push(...(await measured(stage, requests, token)))
  const evidence: string[] = []
  const tooMany: string[] = []
  for (const [i, plans] of (await explained(stage, requests, token)).entries()) {
    const { what = '', whole = false } = requests[i] ?? {}
    const looked = Math.max(0, ...plans.map((plan) => plan.looked))
    if (!whole && looked > ROWS_LOOKED_AT) tooMany.push(`${what}: ${looked}`)
    evidence.push(
      `**${what}** (${plans.length} statements${whole ? '; reads the whole county' : ''})`,
      '',
      ...wordsOf(plans),
      '',
    )
  }
  figures.push({
    what: `Lists that look at more than ${ROWS_LOOKED_AT.toLocaleString('en')} rows of a table`,
    unit: '',
    runs: [tooMany.length],
    target: { atMost: 0 },
    ...(tooMany.length > 0 ? { note: tooMany.join('; ') } : {}),
  })
  return {
    title: `Lists over HTTP: ${COUNTY.toLocaleString('en')} elders and more devices, five years of one, ${MANY.toLocaleString('en')} alarms`,
    figures,
    words: [
      `Medians of ${TIMES} requests, one after the other. \`explain (analyze, buffers)\` of the statements behind each; but for those that say so, none looks at more than ${ROWS_LOOKED_AT.toLocaleString('en')} rows of a table:`,
      '',
      ...evidence,
    ]
      .join('\n')
      .trimEnd(),
  }
}

const wordsOf = (plans: readonly Plan[]): string[] => plans.map(({ words }) => `- ${words}`)

function requestsOf({ elder, community }: BigCounty, alarmId: string): Request[] {
  const find = (what: string, words: string): Request => ({
    what: `Search by ${what}: “${words}”`,
    at: `/api/elders?limit=50&search=${encodeURIComponent(words)}`,
    within: 50,
  })
  const timeline = `/api/elders/${elder.id}/timeline`
  return [
    find('name', elder.name),
    find('a surname that thousands bear', '王'),
    find('given name', elder.name.slice(1)),
    find('pinyin', 'wangxiu'),
    find('initials', 'wxl'),
    find('telephone number', elder.phone),
    find('the number’s last digits', elder.phone.slice(-4)),
    find('village', community.name),
    find('two words', `${community.name} 王`),
    find('town and surname', '青山镇1 王'),
    find('two surnames or given names', '王 兰'),
    find('pinyin and village', `wang ${community.name}`),
    find('what nobody is called', '没有这个人'),
    { what: 'Elders, first page', at: '/api/elders?limit=100', within: 50 },
    { what: 'Elders who are away', at: '/api/elders?limit=50&state=away' },
    { what: 'One elder’s file', at: `/api/elders/${elder.id}`, within: 50 },
    { what: 'Timeline of five years, first page', at: `${timeline}?limit=50`, within: 50 },
    { what: 'Timeline, two and a half years back', at: `${timeline}?limit=50&until=${dayAgo(912)}`, within: 50 },
    { what: 'Timeline, presses and alarms alone', at: `${timeline}?limit=50&kinds=press,alarm`, within: 50 },
    { what: 'Readings of that elder', at: `/api/elders/${elder.id}/readings?limit=100` },
    { what: 'Fleet, first page', at: '/api/devices?limit=100', within: 50 },
    // No index has the moment a device was last heard: it would make every heartbeat's update touch it.
    { what: 'Fleet, longest unheard first', at: '/api/devices?limit=100&sort=unheard', whole: true },
    { what: 'Fleet, lowest battery first', at: '/api/devices?limit=100&sort=battery', whole: true },
    { what: 'Fleet, silent', at: '/api/devices?limit=100&state=silent', whole: true },
    {
      what: 'Fleet, low batteries of one village',
      at: `/api/devices?limit=100&lowBattery=true&areaId=${community.id}`,
    },
    { what: 'Fleet, by serial number', at: `/api/devices?limit=20&search=BTN-${elder.id.slice(0, 8).toUpperCase()}` },
    { what: 'Homes, by address', at: `/api/homes?limit=8&search=${encodeURIComponent(`${community.name}42`)}` },
    { what: 'Homes, by a word that thousands have', at: `/api/homes?limit=8&search=${encodeURIComponent('柳树')}` },
    { what: 'Fleet, counted by state', at: '/api/fleet', whole: true },
    { what: 'Fleet, what it can be narrowed to', at: '/api/fleet/facets', whole: true },
    { what: 'Fleet, which villages are dark', at: '/api/fleet/outages' },
    { what: 'Map, one village in view', at: `/api/map?bbox=${box(104.36, 30.3, 0.02)}` },
    { what: 'Map, a town’s width in view', at: `/api/map?bbox=${box(104.36, 30.3, 0.06)}` },
    { what: 'Map, the whole county', at: '/api/map', whole: true },
    { what: 'Alarms, open', at: '/api/alarms?state=open&limit=100', within: 50 },
    { what: 'Alarms, all, first page', at: '/api/alarms?state=all&limit=100' },
    { what: 'One alarm whole', at: `/api/alarms/${alarmId}`, within: 50 },
  ]
}

const box = (lon: number, lat: number, half: number): string =>
  [lon - half, lat - half, lon + half, lat + half].map((n) => n.toFixed(4)).join(',')

const dayAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)

/** A program that may see both the county and the town the other parts were measured in. */
async function newToken({ pool, town }: Stage, county: BigCounty): Promise<{ county: string; town: string }> {
  const make = (areaId: string): Promise<string> =>
    transact(pool, async (tx) => {
      const { token } = await createApiKey(tx, {
        name: 'bench',
        role: 'administrator',
        areaId,
        createdBy: null,
        now: new Date(),
      })
      return token
    })
  return { county: await make(county.areaId), town: await make(town.areaPath.slice(1, -1)) }
}

type Tokens = Awaited<ReturnType<typeof newToken>>

const ask = async (url: string, { at }: Request, token: Tokens): Promise<string> => {
  const headers = { authorization: `Bearer ${at.startsWith('/api/alarms') ? token.town : token.county}` }
  const answer = await fetch(url + at, { headers })
  const body = await answer.text()
  if (!answer.ok) throw new Error(`${at}: ${answer.status} ${body.slice(0, 300)}`)
  return body
}

function environmentOf(stage: Stage, port: number): NodeJS.ProcessEnv {
  return {
    DATABASE_URL: stage.url,
    ANJU_DATA: path.join(stage.folder, 'anju'),
    ANJU_KEY: KEY_HEX,
    ANJU_HOST: '127.0.0.1',
    ANJU_HTTP_PORT: String(port),
    ANJU_DEMO: 'off',
  }
}

/** Of an API in a process of its own, as it serves. */
async function measured(stage: Stage, requests: readonly Request[], token: Tokens): Promise<Figure[]> {
  const [port = 0] = await freePorts(1)
  const env = environmentOf(stage, port)
  const api = await startNode('anju.ts', { args: ['api'], env, logFile: path.join(stage.folder, 'api.log') })
  const figures: Figure[] = []
  try {
    for (const request of requests) {
      const runs: number[] = []
      let bytes = 0
      for (let i = -3; i < TIMES; i++) {
        const began = performance.now()
        bytes = (await ask(`http://127.0.0.1:${port}`, request, token)).length
        if (i >= 0) runs.push(performance.now() - began)
        if (request.whole && i === 9) break
      }
      figures.push({
        what: request.what,
        unit: 'ms',
        runs: [percentile(runs, 0.5)],
        ...(request.within === undefined ? {} : { target: { atMost: request.within } }),
        note: `p99 ${percentile(runs, 0.99).toFixed(1)} ms, ${Math.round(bytes / 1024)} KB`,
      })
    }
  } finally {
    await api.stop()
  }
  return figures
}

/** The same requests to the same API within this process, where its statements can be heard. */
async function explained(stage: Stage, requests: readonly Request[], token: Tokens): Promise<Plan[][]> {
  const parsed = parseConfig(environmentOf(stage, 0), { dataFolder: stage.folder })
  if (!parsed.ok) throw new Error(parsed.errors.join('\n'))
  const api = await startApi(parsed.config, pino({ level: 'silent' }))
  const plans: Plan[][] = []
  try {
    for (const request of requests) {
      await ask(`http://127.0.0.1:${api.port}`, request, token)
      const notes = noteStatements()
      await ask(`http://127.0.0.1:${api.port}`, request, token)
      notes.stop()
      plans.push(await explain(stage.pool, notes.noted))
    }
  } finally {
    await api.stop()
  }
  return plans
}
