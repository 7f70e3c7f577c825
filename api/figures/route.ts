import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Scope } from '@anju/domain/access/scope'
import { type Db, look } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { csv } from '../sheet/csv.ts'
import { type Sheet, xlsx } from '../sheet/xlsx.ts'
import { readAnswering } from './answering-read.ts'
import { type Period, periodOf } from './period.ts'
import { readAvailability, readFalsePresses, readLoad, readStale } from './read.ts'
import { Answering, AnsweringQuery, Availability, FalsePresses, FiguresQuery, Load, Stale } from './schema.ts'
import { sheetsOf } from './sheet.ts'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** The truth about the desk: how soon it answers, what it bears, what stands too long. Drills are counted nowhere. */
export function figuresRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const config = { action: 'read-figures' } as const
  const schema = (operationId: string, summary: string) => ({
    operationId,
    tags: ['figures'],
    summary,
    querystring: FiguresQuery,
  })
  type Asked = Parameters<typeof principalOf>[0] & { query: { from: string; to: string; areaId?: string } }
  const read = <T>(request: Asked, work: (scope: Scope, db: Db, period: Period) => Promise<T>): Promise<T> => {
    const { scope } = principalOf(request)
    return look(deps.reads, async (db) => work(scope, db, await periodOf(scope, db, request.query)))
  }

  return async (app) => {
    app.get(
      '/api/figures/answering',
      {
        config,
        schema: {
          ...schema('getAnswering', 'Answer and on-scene times as percentiles'),
          querystring: AnsweringQuery,
          response: { 200: Answering },
        },
      },
      async (request) => read(request, (scope, db, period) => readAnswering(scope, db, period, request.query.by)),
    )
    app.get(
      '/api/figures/load',
      { config, schema: { ...schema('getLoad', 'Alarms by day, priority and ten minutes'), response: { 200: Load } } },
      async (request) => read(request, readLoad),
    )
    app.get(
      '/api/figures/stale',
      { config, schema: { ...schema('getStale', 'Alarms open for more than a day'), response: { 200: Stale } } },
      async (request) => read(request, (scope, db, { areaPath }) => readStale(scope, db, areaPath, deps.now())),
    )
    app.get(
      '/api/figures/false-presses',
      {
        config,
        schema: { ...schema('getFalsePresses', 'False presses by elder'), response: { 200: FalsePresses } },
      },
      async (request) => read(request, (scope, db, period) => readFalsePresses(scope, db, period, deps.now())),
    )
    app.get(
      '/api/figures/availability',
      {
        config,
        schema: {
          ...schema('getAvailability', 'How much of their time devices could be heard'),
          response: { 200: Availability },
        },
      },
      async (request) => read(request, (scope, db, period) => readAvailability(scope, db, period, deps.now())),
    )
    /** All of it; `name` of the file without its ending. */
    const all = async (request: Asked): Promise<{ sheets: Sheet[]; name: string }> => {
      const figures = await read(request, async (scope, db, period) => ({
        answering: {
          kind: await readAnswering(scope, db, period, 'kind'),
          area: await readAnswering(scope, db, period, 'area'),
          shift: await readAnswering(scope, db, period, 'shift'),
        },
        load: await readLoad(scope, db, period),
        stale: await readStale(scope, db, period.areaPath, deps.now()),
        falsePresses: await readFalsePresses(scope, db, period, deps.now()),
        availability: await readAvailability(scope, db, period, deps.now()),
      }))
      const { from, to } = request.query
      return {
        sheets: sheetsOf(figures, { demo: deps.config.demo, head: `${from} – ${to}` }),
        name: `anju-figures-${from.slice(0, 10)}-${to.slice(0, 10)}`,
      }
    }
    app.get(
      '/api/figures.csv',
      {
        config,
        schema: {
          ...schema('exportFigures', 'All of it as CSV, one table after the other'),
          response: { 200: { description: 'CSV', content: { 'text/csv': { schema: Type.String() } } } },
        },
      },
      async (request, reply) => {
        const { sheets, name } = await all(request)
        const lines = sheets.flatMap(({ name: title, lines }) => [[title], ...lines, []])
        return reply.headers(fileHeaders(`${name}.csv`, 'text/csv; charset=utf-8')).send(csv(lines))
      },
    )
    app.get(
      '/api/figures.xlsx',
      {
        config,
        schema: {
          ...schema('exportFiguresBook', 'All of it as a workbook'),
          response: {
            200: {
              description: 'XLSX',
              content: { [XLSX]: { schema: Type.Unsafe<Buffer>(Type.String({ format: 'binary' })) } },
            },
          },
        },
      },
      async (request, reply) => {
        const { sheets, name } = await all(request)
        return reply.headers(fileHeaders(`${name}.xlsx`, XLSX)).send(await xlsx(sheets))
      },
    )
  }
}

const fileHeaders = (name: string, type: string): Record<string, string> => ({
  'content-type': type,
  'content-disposition': `attachment; filename="${name}"`,
  'cache-control': 'no-store',
})
