import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Refusal } from '@anju/domain/error'
import { addAbsence, endAbsence } from '@anju/prisma/absence/apply'
import { confirmDeath, undoDeath } from '@anju/prisma/elder/death'
import type { By } from '@anju/prisma/elder/lock'
import { mergeElders, undoMerge } from '@anju/prisma/elder/merge'
import { moveElder, undoMove } from '@anju/prisma/elder/move'
import type { Tx } from '@anju/prisma/tx'
import type { Deps } from '../deps.ts'
import { personOf } from '../principal.ts'
import { Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { byOf } from './by.ts'
import { orCurrent } from './changed.ts'
import { AbsenceBody, DeathBody, EndBody, MergeBody, MoveBody } from './life-schema.ts'
import { currentOf, fileOf } from './route.ts'
import { ElderFile, ReasonBody } from './schema.ts'

const params = Type.Object({ id: Uuid })

/** What happens in a life: moving, being away, dying; and double entries. Each answers the file as it is then. */
export function elderLifeRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  /** Runs a change of the elder `id` and answers her file; too late, it refuses with the file as it is. */
  const change = async (request: FastifyRequest, id: string, work: (tx: Tx, by: By) => Promise<unknown>) => {
    await orCurrent(deps, currentOf(deps, request, id), () =>
      write(deps, request, async (tx, now) => {
        await work(tx, byOf(request, now))
        return {}
      }),
    )
    return fileOf(deps, request, id)
  }
  const described = (operationId: string, summary: string) => ({
    operationId,
    tags: ['elder'],
    summary,
    params,
    response: { 200: ElderFile },
  })

  return async (app) => {
    app.post(
      '/api/elders/:id/move',
      {
        config: { action: 'change-elder' },
        schema: { ...described('moveElder', 'Move to another home, with or without devices'), body: MoveBody },
      },
      async (request) => {
        const { id } = request.params
        const { version, homeId, newHome, devices, reason = '' } = request.body
        if ((homeId === undefined) === (newHome === undefined)) {
          throw new Refusal('invalid-request', 'Say either homeId or newHome.')
        }
        const to = homeId === undefined ? { newHome: newHome ?? {} } : { homeId }
        const from = new Date(request.body.from)
        return change(request, id, (tx, by) => moveElder(tx, { id, version, to, from, going: devices, reason }, by))
      },
    )

    app.post(
      '/api/elders/:id/move/undo',
      {
        config: { action: 'change-elder' },
        schema: { ...described('undoMove', 'As if the last move had not been made'), body: ReasonBody },
      },
      async (request) => {
        const { id } = request.params
        return change(request, id, (tx, by) => undoMove(tx, { id, ...request.body }, by))
      },
    )

    app.post(
      '/api/elders/:id/absences',
      {
        config: { action: 'change-elder' },
        schema: {
          ...described('addAbsence', 'Away from home: pauses silence of devices, never presses'),
          body: AbsenceBody,
        },
      },
      async (request) => {
        const { id } = request.params
        const { kind, from, to = null, note = '' } = request.body
        const absence = { elderId: id, kind, from: new Date(from), to: to === null ? null : new Date(to), note }
        return change(request, id, (tx, by) => addAbsence(tx, absence, by))
      },
    )

    app.post(
      '/api/absences/:id/end',
      {
        config: { action: 'change-elder' },
        schema: { ...described('endAbsence', 'Back home; answers the elder’s file'), body: EndBody },
      },
      async (request) => {
        const { id } = request.params
        const at = new Date(request.body.at)
        const { elderId } = await write(deps, request, (tx, now) => endAbsence(tx, { id, at }, byOf(request, now)))
        return fileOf(deps, request, elderId)
      },
    )

    app.post(
      '/api/elders/:id/death',
      {
        config: { action: 'confirm-death' },
        schema: { ...described('confirmDeath', 'A death, confirmed by the person signed in'), body: DeathBody },
      },
      async (request) => {
        const { id } = request.params
        const { userId } = personOf(request).scope
        return change(request, id, (tx, by) => confirmDeath(tx, { id, ...request.body }, { ...by, userId }))
      },
    )

    app.post(
      '/api/elders/:id/death/undo',
      {
        config: { action: 'confirm-death' },
        schema: { ...described('undoDeath', 'The death was entered by mistake'), body: ReasonBody },
      },
      async (request) => {
        const { id } = request.params
        personOf(request)
        return change(request, id, (tx, by) => undoDeath(tx, { id, ...request.body }, by))
      },
    )

    app.post(
      '/api/elders/:id/merge',
      {
        config: { action: 'merge-elders' },
        schema: { ...described('mergeElders', 'Close a double entry and read it with another'), body: MergeBody },
      },
      async (request) => {
        const { id } = request.params
        return change(request, id, (tx, by) => mergeElders(tx, deps.key, { id, ...request.body }, by))
      },
    )

    app.post(
      '/api/elders/:id/merge/undo',
      {
        config: { action: 'merge-elders' },
        schema: { ...described('undoMerge', 'Both entries stand alone again'), body: ReasonBody },
      },
      async (request) => {
        const { id } = request.params
        return change(request, id, (tx, by) => undoMerge(tx, deps.key, { id, ...request.body }, by))
      },
    )
  }
}
