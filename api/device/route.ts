import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Refusal } from '@anju/domain/error'
import { queueCommand } from '@anju/prisma/command/apply'
import { registerDevice, revokeDevice } from '@anju/prisma/device/apply'
import { look, snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { DeviceId, OneOf, pageQuery } from '../schema.ts'
import { write } from '../write.ts'
import { readCommand, readDevice, readDevicePlace, readDevices, readRejected } from './read.ts'
import {
  Command,
  DeviceDetail,
  DeviceList,
  manualCommands,
  NewDevice,
  RegisteredDevice,
  RejectedList,
} from './schema.ts'

const deviceIds = /^[A-Za-z0-9._-]{1,64}$/
const params = Type.Object({ id: DeviceId })

/** Whoever sends a command by hand stands beside the device or waits on the telephone. */
const COMMAND_EXPIRES_MS = 5 * 60_000

/** The fleet: list, registration, state, rejected messages, commands, revocation. */
export function deviceRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/devices',
      {
        config: { action: 'read-devices' },
        schema: {
          operationId: 'listDevices',
          tags: ['device'],
          summary: 'The fleet, newest first',
          querystring: Type.Object(pageQuery),
          response: { 200: DeviceList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const page = { mark: markOf(request.query.cursor, deviceIds), limit: limitOf(request.query), now: deps.now() }
        const { asOf, value } = await snapshot(deps.reads, (db) => readDevices(scope, db, page))
        return { ...value, asOf }
      },
    )

    app.post(
      '/api/devices',
      {
        config: { action: 'register-device' },
        schema: {
          operationId: 'registerDevice',
          tags: ['device'],
          summary: 'Register a device for an elder; its secret is answered this once',
          body: NewDevice,
          response: { 201: RegisteredDevice },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { kind, elderId, label = '' } = request.body
        const made = await write(deps, request, (tx, now) =>
          registerDevice(tx, deps.key, { ...request.body, within: scope.areaPath, now }),
        )
        reply.code(201).header('location', `/api/devices/${made.id}`).header('cache-control', 'no-store')
        return { ...made, kind, label, elderId }
      },
    )

    app.get(
      '/api/devices/:id',
      {
        config: { action: 'read-devices' },
        schema: {
          operationId: 'getDevice',
          tags: ['device'],
          summary: 'A device’s state, homes and last commands',
          params,
          response: { 200: DeviceDetail },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        return look(deps.reads, (db) => readDevice(scope, db, request.params.id, deps.now()))
      },
    )

    app.get(
      '/api/devices/:id/rejected',
      {
        config: { action: 'read-devices' },
        schema: {
          operationId: 'listRejected',
          tags: ['device'],
          summary: 'Messages of a device that could not be taken, with code and words',
          params,
          querystring: Type.Object(pageQuery),
          response: { 200: RejectedList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const page = {
          deviceId: request.params.id,
          mark: markOf(request.query.cursor),
          limit: limitOf(request.query),
        }
        const { asOf, value } = await snapshot(deps.reads, (db) => readRejected(scope, db, page))
        return { ...value, asOf }
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

    app.post(
      '/api/devices/:id/revoke',
      {
        config: { action: 'revoke-device' },
        schema: {
          operationId: 'revokeDevice',
          tags: ['device'],
          summary: 'Cut a device off at once, for good',
          params,
          response: { 200: DeviceDetail },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const deviceId = request.params.id
        await write(deps, request, async (tx, now) => {
          await revokeDevice(tx, { deviceId, within: scope.areaPath, now })
          return { deviceId }
        })
        return look(deps.reads, (db) => readDevice(scope, db, deviceId, deps.now()))
      },
    )
  }
}
