import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Verdict } from '@anju/domain/device/list'
import { Refusal } from '@anju/domain/error'
import { importList, judgeList } from '@anju/prisma/device/import'
import { poolQuery } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { write } from '../write.ts'
import { brokerOf } from './broker.ts'
import { type ListFile, parseListFile } from './list-file.ts'
import { LIST_BODY_LIMIT, ListBody, ListPreview, ListResult, type ListRowAnswer } from './list-schema.ts'

/** Many devices from one file: looked at first, registered when somebody says so. */
export function listRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/api/devices/list/preview',
      {
        config: { action: 'register-device' },
        bodyLimit: LIST_BODY_LIMIT,
        schema: {
          operationId: 'previewDeviceList',
          tags: ['device'],
          summary: 'What a file of devices (CSV; UTF-8 or GBK) would do, row by row; writes nothing',
          body: ListBody,
          response: { 200: ListPreview },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const file = readFile(request.body.file)
        const verdicts = await judgeList(poolQuery(deps.pool), deps.key, file.rows, scope.areaPath)
        return { ...aboutFile(file), fresh: freshIn(verdicts), rows: rowsOf(verdicts, file) }
      },
    )

    app.post(
      '/api/devices/list',
      {
        config: { action: 'register-device' },
        bodyLimit: LIST_BODY_LIMIT,
        schema: {
          operationId: 'registerDeviceList',
          tags: ['device'],
          summary: 'Register what a file asks for, each row whole or not at all; the secrets are answered this once',
          body: ListBody,
          response: { 201: ListResult },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const file = readFile(request.body.file)
        const { verdicts, made } = await write(deps, request, (tx, now) =>
          importList(tx, deps.key, file.rows, { within: scope.areaPath, userId: scope.userId, now }),
        )
        const byLine = new Map(made.map((each) => [each.line, each]))
        reply.code(201).header('cache-control', 'no-store')
        return {
          ...aboutFile(file),
          fresh: made.length,
          rows: rowsOf(verdicts, file).map((row) => {
            const { id = null, secret = null } = byLine.get(row.line) ?? {}
            return { ...row, id, secret }
          }),
          broker: brokerOf(deps, request),
        }
      },
    )
  }
}

function readFile(base64: string): ListFile {
  const file = parseListFile(Buffer.from(base64, 'base64'))
  if ('unreadable' in file) throw new Refusal('list-unreadable', undefined, { why: file.unreadable })
  return file
}

function aboutFile({ encoding, delimiter, columns }: ListFile) {
  return { encoding, delimiter, columns: [...columns] }
}

const freshIn = (verdicts: readonly Verdict[]): number => verdicts.filter(({ is }) => is === 'new').length

function rowsOf(verdicts: readonly Verdict[], file: ListFile): ListRowAnswer[] {
  const cellsOf = new Map(file.rows.map(({ line, cells }) => [line, cells]))
  return verdicts.map((verdict) => {
    const { line, serial, kind } = verdict
    const cells = cellsOf.get(line) ?? {}
    const device = verdict.is === 'new' ? verdict.device : null
    return {
      line,
      serial,
      kind,
      label: cells.label ?? '',
      elder: device?.elder?.name ?? cells.elderName ?? null,
      area: device?.areaName ?? cells.village ?? '',
      trouble: verdict.is === 'refused' ? verdict.trouble : null,
    }
  })
}
