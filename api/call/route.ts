import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { readNumber } from '@anju/domain/call/number'
import { Refusal } from '@anju/domain/error'
import { enterCall, fileCall } from '@anju/prisma/call/file'
import { look, snapshot, type Db } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { byOf } from '../elder/by.ts'
import { orCurrent } from '../elder/changed.ts'
import { limitOf, markOf } from '../page.ts'
import { personOf, principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readCall, readCalls, readLiveCalls } from './read.ts'
import { CallDetail, CallList, CallQuery, FileBody, LiveCalls, NewCall } from './schema.ts'

const params = Type.Object({ id: Uuid })

/** Calls: those under way, the log, filing, entry by hand. */
export function callRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const looking = () => ({ key: deps.key, now: deps.now() })
  const one = (request: FastifyRequest, id: string): Promise<CallDetail> =>
    look(deps.reads, (db) => readCall(principalOf(request).scope, db, id, looking()))

  return async (app) => {
    app.get(
      '/api/calls',
      {
        config: { action: 'read-calls' },
        schema: {
          operationId: 'listCalls',
          tags: ['call'],
          summary: 'Calls by when they began, newest first',
          querystring: CallQuery,
          response: { 200: CallList },
        },
      },
      async (request) => {
        const { show = 'all', category, elder, cursor } = request.query
        const asked = { show, category, elderId: elder, mark: markOf(cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, (db) =>
          readCalls(principalOf(request).scope, db, asked, looking()),
        )
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/calls/live',
      {
        config: { action: 'read-calls' },
        schema: {
          operationId: 'listLiveCalls',
          tags: ['call'],
          summary: 'Calls that ring or are spoken now, with whom they may come from',
          response: { 200: LiveCalls },
        },
      },
      async (request) => {
        const { asOf, value } = await snapshot(deps.reads, (db) =>
          readLiveCalls(principalOf(request).scope, db, looking()),
        )
        const { callSecret, dial } = deps.config
        return { ...value, hook: callSecret !== null, dial: dial !== null, asOf }
      },
    )

    app.get(
      '/api/calls/:id',
      {
        config: { action: 'read-calls' },
        schema: {
          operationId: 'getCall',
          tags: ['call'],
          summary: 'A call, whom its number may belong to, and what the exchange said',
          params,
          response: { 200: CallDetail },
        },
      },
      async (request) => one(request, request.params.id),
    )

    app.patch(
      '/api/calls/:id',
      {
        config: { action: 'answer-calls' },
        schema: {
          operationId: 'fileCall',
          tags: ['call'],
          summary: 'File a call, or correct what was filed; what is not said stays',
          params,
          body: FileBody,
          response: { 200: CallDetail },
        },
      },
      async (request) => {
        const { id } = request.params
        const { version, reason = '', ...filing } = request.body
        const { scope } = personOf(request)
        const read = (db: Db) => readCall(scope, db, id, looking())
        await orCurrent(deps, { scope, subject: `call:${id}`, read }, () =>
          write(deps, request, async (tx, now) => {
            await fileCall(tx, { id, version, filing, reason }, byOf(request, now))
            return {}
          }),
        )
        return one(request, id)
      },
    )

    app.post(
      '/api/calls/entries',
      {
        config: { action: 'answer-calls' },
        schema: {
          operationId: 'enterCall',
          tags: ['call'],
          summary: 'Write down a call that no exchange tells of',
          body: NewCall,
          response: { 201: CallDetail },
        },
      },
      async (request, reply) => {
        personOf(request)
        const { number: given = '', beganAt, note = '', elderId = null, alarmId = null, ...rest } = request.body
        const number = given.trim() === '' ? null : readNumber(given)
        if (number === null && given.trim() !== '') throw new Refusal('number-invalid')
        const call = { ...rest, number, beganAt: new Date(beganAt), note, elderId, alarmId }
        const { id } = await write(deps, request, (tx, now) => enterCall(tx, deps.key, call, byOf(request, now)))
        reply.code(201).header('location', `/api/calls/${id}`)
        return one(request, id)
      },
    )
  }
}
