import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { finishTest, startTest } from '@anju/prisma/device/test-press'
import { look } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { personOf, principalOf } from '../principal.ts'
import { DeviceId, Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readDevice } from './read.ts'
import { DeviceDetail } from './schema.ts'

/** The test press: somebody beside the device presses it within five minutes, and everybody sees how long it took. */
export function testRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/api/devices/:id/test-press',
      {
        config: { action: 'command-device' },
        schema: {
          operationId: 'startTestPress',
          tags: ['device'],
          summary: 'Expect a test press within five minutes; it raises and sounds like any other',
          params: Type.Object({ id: DeviceId }),
          response: { 201: DeviceDetail },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        await write(deps, request, (tx, now) =>
          startTest(tx, id, { within: scope.areaPath, userId: scope.userId, now }),
        )
        reply.code(201)
        return look(deps.reads, (db) => readDevice(scope, db, id, deps.now()))
      },
    )

    app.post(
      '/api/devices/:id/test-press/:testId/finish',
      {
        config: { action: 'answer-alarm' },
        schema: {
          operationId: 'finishTestPress',
          tags: ['device'],
          summary: '“It was the test”: take its alarm and resolve it as a test, unless other presses joined it',
          params: Type.Object({ id: DeviceId, testId: Uuid }),
          response: { 200: DeviceDetail },
        },
      },
      async (request) => {
        const { scope, user } = personOf(request)
        const { id: deviceId, testId } = request.params
        await write(deps, request, async (tx, now) => {
          await finishTest(tx, { deviceId, testId, within: scope.areaPath, userId: user.id, now })
          return { deviceId }
        })
        return look(deps.reads, (db) => readDevice(scope, db, deviceId, deps.now()))
      },
    )
  }
}
