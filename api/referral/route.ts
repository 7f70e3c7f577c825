import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { changeReferral, openReferral, stepReferral } from '@anju/prisma/referral/apply'
import { look, snapshot, type Db } from '@anju/prisma/reads'
import type { Tx } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { byOf } from '../elder/by.ts'
import { orCurrent } from '../elder/changed.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readReferral, readReferrals } from './read.ts'
import { NewReferral, ReferralList, ReferralPatch, ReferralQuery, ReferralRow, StepBody } from './schema.ts'

const params = Type.Object({ id: Uuid })
const keep = { config: { action: 'keep-referrals' } } as const
const instant = (text: string | null): Date | null => (text === null ? null : new Date(text))

/** Referrals (P6.3): small tickets for what a house or a life needs that is no care, run to a close. */
export function referralRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const one = (request: FastifyRequest, id: string): Promise<ReferralRow> =>
    look(deps.reads, (db) => readReferral(principalOf(request).scope, db, id, deps.now()))
  /** Changes one; who came too late is told what it is now. */
  const change = async (request: FastifyRequest, id: string, work: (tx: Tx, now: Date) => Promise<void>) => {
    const { scope } = principalOf(request)
    const read = (db: Db) => readReferral(scope, db, id, deps.now())
    await orCurrent(deps, { scope, subject: `referral:${id}`, read }, () =>
      write(deps, request, async (tx, now) => {
        await work(tx, now)
        return {}
      }),
    )
    return one(request, id)
  }

  return async (app) => {
    app.get(
      '/api/referrals',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'listReferrals',
          tags: ['referral'],
          summary: 'Referrals by when they were opened, newest first',
          querystring: ReferralQuery,
          response: { 200: ReferralList },
        },
      },
      async (request) => {
        const { show = 'open', kind, elder, cursor } = request.query
        const page = { mark: markOf(cursor), limit: limitOf(request.query), now: deps.now() }
        const { asOf, value } = await snapshot(deps.reads, (db) =>
          readReferrals(principalOf(request).scope, db, { show, kind, elderId: elder, ...page }),
        )
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/referrals/:id',
      {
        config: { action: 'read-people' },
        schema: {
          operationId: 'getReferral',
          tags: ['referral'],
          summary: 'A referral, and what may be done with it',
          params,
          response: { 200: ReferralRow },
        },
      },
      async (request) => one(request, request.params.id),
    )

    app.post(
      '/api/referrals',
      {
        ...keep,
        schema: {
          operationId: 'openReferral',
          tags: ['referral'],
          summary: 'Open a referral; handed on at once where handedTo is said',
          body: NewReferral,
          response: { 201: ReferralRow },
        },
      },
      async (request, reply) => {
        const { handedTo = '', dueAt = null, elderId = null, callId = null, alarmId = null, ...rest } = request.body
        const referral = { ...rest, handedTo: handedTo.trim(), dueAt: instant(dueAt), elderId, callId, alarmId }
        const { id } = await write(deps, request, (tx, now) => openReferral(tx, referral, byOf(request, now)))
        reply.code(201).header('location', `/api/referrals/${id}`)
        return one(request, id)
      },
    )

    app.patch(
      '/api/referrals/:id',
      {
        ...keep,
        schema: {
          operationId: 'changeReferral',
          tags: ['referral'],
          summary: 'Change what a referral says; what is not said stays',
          params,
          body: ReferralPatch,
          response: { 200: ReferralRow },
        },
      },
      async (request) => {
        const { id } = request.params
        const { version, reason = '', dueAt, ...rest } = request.body
        const wanted = { ...rest, dueAt: dueAt === undefined ? undefined : instant(dueAt) }
        return change(request, id, (tx, now) =>
          changeReferral(tx, { id, version, change: wanted, reason }, byOf(request, now)),
        )
      },
    )

    app.post(
      '/api/referrals/:id/steps',
      {
        ...keep,
        schema: {
          operationId: 'stepReferral',
          tags: ['referral'],
          summary: 'Hand a referral on, close it, drop it or open it again',
          params,
          body: StepBody,
          response: { 200: ReferralRow },
        },
      },
      async (request) => {
        const { id } = request.params
        const { version, step, handedTo, result = '' } = request.body
        return change(request, id, (tx, now) =>
          stepReferral(tx, { id, version, step, handedTo, result }, byOf(request, now)),
        )
      },
    )
  }
}
