import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Refusal } from '@anju/domain/error'
import { bindDevice, unbindDevice } from '@anju/prisma/assignment/apply'
import { queueCommand } from '@anju/prisma/command/apply'
import { changeDevice, registerDevice, revokeDevice, rotateSecret } from '@anju/prisma/device/apply'
import { look } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { principalOf } from '../principal.ts'
import { DeviceId, OneOf } from '../schema.ts'
import { write } from '../write.ts'
import { brokerOf } from './broker.ts'
import { readCommand, readDevice, readDevicePlace } from './read.ts'
import {
  BindBody,
  ChangedDevice,
  Command,
  DeviceDetail,
  manualCommands,
  NewDevice,
  NewSecret,
  RegisteredDevice,
  RevokeBody,
  UnbindBody,
} from './schema.ts'

const params = Type.Object({ id: DeviceId })

/** Whoever sends a command by hand stands beside the device or waits on the telephone. */
const COMMAND_EXPIRES_MS = 5 * 60_000

/** What may be done to a device: register, change, bind, rotate, revoke, command. */
export function changeRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const actor = (request: FastifyRequest, now: Date) => {
    const { scope } = principalOf(request)
    return { within: scope.areaPath, userId: scope.userId, now }
  }
  const detail = (request: FastifyRequest, id: string) =>
    look(deps.reads, (db) => readDevice(principalOf(request).scope, db, id, deps.now()))

  return async (app) => {
    app.post(
      '/api/devices',
      {
        config: { action: 'register-device' },
        schema: {
          operationId: 'registerDevice',
          tags: ['device'],
          summary: 'Register a device for an elder, a home or the shelf; its secret is answered this once',
          body: NewDevice,
          response: { 201: RegisteredDevice },
        },
      },
      async (request, reply) => {
        const { kind, label = '', elderId, homeId, areaId } = request.body
        if ((elderId ?? homeId ?? areaId) === undefined) {
          throw new Refusal('invalid-request', 'Name an elder, a home or an area.')
        }
        const made = await write(deps, request, (tx, now) =>
          registerDevice(tx, deps.key, { ...request.body, ...actor(request, now) }),
        )
        reply.code(201).header('location', `/api/devices/${made.id}`).header('cache-control', 'no-store')
        return { ...made, kind, label, broker: brokerOf(deps, request) }
      },
    )

    app.patch(
      '/api/devices/:id',
      {
        config: { action: 'register-device' },
        schema: {
          operationId: 'changeDevice',
          tags: ['device'],
          summary: 'Change label, model, serial number or hub; a stale version is refused with what stands now',
          params,
          body: ChangedDevice,
          response: { 200: DeviceDetail },
        },
      },
      async (request) => {
        const { id } = request.params
        const { version, ...change } = request.body
        await write(deps, request, async (tx, now) => {
          await changeDevice(tx, id, { version, change, ...actor(request, now) })
          return { id }
        })
        return detail(request, id)
      },
    )

    app.post(
      '/api/devices/:id/bind',
      {
        config: { action: 'register-device' },
        schema: {
          operationId: 'bindDevice',
          tags: ['device'],
          summary: 'Bind to a home or an elder from a moment on; refused with the stay that is in the way',
          params,
          body: BindBody,
          response: { 200: DeviceDetail },
        },
      },
      async (request) => {
        const { id } = request.params
        const { from, ...binding } = request.body
        await write(deps, request, (tx, now) =>
          bindDevice(tx, id, { ...binding, from: from === undefined ? now : new Date(from), ...actor(request, now) }),
        )
        return detail(request, id)
      },
    )

    app.post(
      '/api/devices/:id/unbind',
      {
        config: { action: 'register-device' },
        schema: {
          operationId: 'unbindDevice',
          tags: ['device'],
          summary: 'End the stay in its home, for one user of a meter or altogether',
          params,
          body: UnbindBody,
          response: { 200: DeviceDetail },
        },
      },
      async (request) => {
        const { id } = request.params
        const { at, ...user } = request.body ?? {}
        await write(deps, request, async (tx, now) => {
          await unbindDevice(tx, id, { ...user, at: at === undefined ? now : new Date(at), ...actor(request, now) })
          return { id }
        })
        return detail(request, id)
      },
    )

    app.post(
      '/api/devices/:id/rotate',
      {
        config: { action: 'register-device' },
        schema: {
          operationId: 'rotateSecret',
          tags: ['device'],
          summary: 'A new secret, answered this once; the old one is cut off at once',
          params,
          response: { 200: NewSecret },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        const made = await write(deps, request, (tx, now) => rotateSecret(tx, deps.key, id, actor(request, now)))
        reply.header('cache-control', 'no-store')
        const { kind, label } = await detail(request, id)
        return { ...made, kind, label, broker: brokerOf(deps, request) }
      },
    )

    app.post(
      '/api/devices/:id/revoke',
      {
        config: { action: 'revoke-device' },
        schema: {
          operationId: 'revokeDevice',
          tags: ['device'],
          summary: 'Cut a device off at once, for good',
          params,
          body: RevokeBody,
          response: { 200: DeviceDetail },
        },
      },
      async (request) => {
        const { id: deviceId } = request.params
        const reason = request.body?.reason ?? ''
        await write(deps, request, async (tx, now) => {
          await revokeDevice(tx, { deviceId, reason, ...actor(request, now) })
          return { deviceId }
        })
        return detail(request, deviceId)
      },
    )

    app.post(
      '/api/devices/:id/commands',
      {
        config: { action: 'command-device' },
        schema: {
          operationId: 'sendCommand',
          tags: ['device'],
          summary: 'Queue a command for a device',
          params,
          body: Type.Object({ cmd: OneOf(manualCommands) }, { additionalProperties: false }),
          response: { 201: Command },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const deviceId = request.params.id
        const { revoked } = await look(deps.reads, (db) => readDevicePlace(scope, db, deviceId))
        if (revoked) throw new Refusal('device-revoked')
        const { id } = await write(deps, request, (tx, now) => {
          const expiresAt = new Date(now.getTime() + COMMAND_EXPIRES_MS)
          return queueCommand(tx, { deviceId, cmd: request.body.cmd, body: {}, alarmId: null, expiresAt, now })
        })
        reply.code(201)
        return look(deps.reads, (db) => readCommand(scope, db, id))
      },
    )
  }
}
