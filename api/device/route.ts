import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import { look, snapshot } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { DeviceId, pageQuery, Uuid } from '../schema.ts'
import { changeRoutes } from './change-route.ts'
import { fleetMark, readCounts, readFacets, readFleet } from './fleet-read.ts'
import { listRoutes } from './list-route.ts'
import { readMessages, readRejected, readRejectedBody } from './message-read.ts'
import { readOutages } from './outage-read.ts'
import { Outages } from './outage-schema.ts'
import { readDevice } from './read.ts'
import {
  DeviceDetail,
  DeviceList,
  DeviceListQuery,
  FleetCounts,
  FleetFacets,
  FleetQuery,
  MessageList,
  RejectedBody,
  RejectedList,
} from './schema.ts'
import { SharedReads } from './shared-read.ts'
import { testRoutes } from './test-route.ts'

const params = Type.Object({ id: DeviceId })

/** The fleet: list, counts, outages, each device with what it said; and what may be done to it (the other files). */
export function deviceRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const counts = new SharedReads<Static<typeof FleetCounts>>(deps)
  const facets = new SharedReads<Static<typeof FleetFacets>>(deps)
  return async (app) => {
    for (const each of [changeRoutes, testRoutes, listRoutes]) await app.register(each(deps))

    app.get(
      '/api/devices',
      {
        config: { action: 'read-devices' },
        schema: {
          operationId: 'listDevices',
          tags: ['device'],
          summary: 'The fleet, newest first unless sorted otherwise',
          querystring: DeviceListQuery,
          response: { 200: DeviceList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { sort = 'newest', cursor, limit: _limit, ...query } = request.query
        const asked = { query, sort, mark: fleetMark(cursor, sort), limit: limitOf(request.query), now: deps.now() }
        const { asOf, value } = await snapshot(deps.reads, (db) => readFleet(scope, db, asked))
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/fleet',
      {
        config: { action: 'read-devices' },
        schema: {
          operationId: 'countFleet',
          tags: ['device'],
          summary: 'How many devices are in which state, narrowed like the list',
          querystring: FleetQuery,
          response: { 200: FleetCounts },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { state: _state, ...query } = request.query
        const key = JSON.stringify([scope.areaPath, Object.entries(query).sort()])
        return counts.read(key, async () => {
          const asked = { query, now: deps.now() }
          const { asOf, value } = await snapshot(deps.reads, (db) => readCounts(scope, db, asked))
          return { ...value, asOf }
        })
      },
    )

    app.get(
      '/api/fleet/facets',
      {
        config: { action: 'read-devices' },
        schema: {
          operationId: 'listFleetFacets',
          tags: ['device'],
          summary: 'Firmware versions in use and areas that have devices',
          response: { 200: FleetFacets },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        return facets.read(scope.areaPath, () => look(deps.reads, (db) => readFacets(scope, db)))
      },
    )

    app.get(
      '/api/fleet/outages',
      {
        config: { action: 'read-devices' },
        schema: {
          operationId: 'listOutages',
          tags: ['device'],
          summary: 'Villages with silent devices, worst first: what they share and whom to ask after',
          response: { 200: Outages },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { asOf, value } = await snapshot(deps.reads, (db) => readOutages(scope, db, deps.now()))
        return { items: value, asOf }
      },
    )

    app.get(
      '/api/devices/:id',
      {
        config: { action: 'read-devices' },
        schema: {
          operationId: 'getDevice',
          tags: ['device'],
          summary: 'A device’s state, family, homes, commands, tests and history',
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
      '/api/devices/:id/messages',
      {
        config: { action: 'read-devices' },
        schema: {
          operationId: 'listDeviceMessages',
          tags: ['device'],
          summary: 'What a device said, newest first; unchanged heartbeats are not kept',
          params,
          querystring: Type.Object(pageQuery),
          response: { 200: MessageList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id: deviceId } = request.params
        const asked = { deviceId, mark: markOf(request.query.cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, (db) => readMessages(scope, db, asked))
        return { ...value, asOf }
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
        const { id: deviceId } = request.params
        const asked = { deviceId, mark: markOf(request.query.cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, (db) => readRejected(scope, db, asked))
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/devices/:id/rejected/:messageId',
      {
        config: { action: 'read-devices' },
        schema: {
          operationId: 'getRejected',
          tags: ['device'],
          summary: 'One of them with its whole body',
          params: Type.Object({ id: DeviceId, messageId: Uuid }),
          response: { 200: RejectedBody },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id: deviceId, messageId: id } = request.params
        return look(deps.reads, (db) => readRejectedBody(scope, db, { deviceId, id }))
      },
    )
  }
}
