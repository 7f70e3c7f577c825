import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { addChannel, changeChannel, heldChannel, recordTest } from '@anju/prisma/channel/apply'
import { openSettings } from '@anju/prisma/channel/settings'
import { newId } from '@anju/prisma/id'
import { recordHealth } from '@anju/prisma/notification/health'
import { look, snapshot } from '@anju/prisma/reads'
import { lockSubjects, poolQuery, transact } from '@anju/prisma/tx'
import { aliveState } from '../alive/state.ts'
import { readAlarmPlace } from '../alarm/read.ts'
import type { Deps } from '../deps.ts'
import { limitOf, markOf } from '../page.ts'
import { principalOf } from '../principal.ts'
import { pageQuery, Uuid } from '../schema.ts'
import { write } from '../write.ts'
import { readNotifications } from './notification-read.ts'
import { readChannel, readChannels, readChannelPlace } from './read.ts'
import {
  ChannelChange,
  ChannelDetail,
  ChannelList,
  NewChannel,
  NotificationList,
  OutsideState,
  TestAnswer,
  TestBody,
} from './schema.ts'
import { environmentState } from './state.ts'
import { sendTest } from './test-message.ts'

/** Ways to the outside: webhook, e-mail, short messages; how they go and what was sent. */
export function channelRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const params = Type.Object({ id: Uuid })
  const tags = ['channel']
  const reads = { action: 'read-channels' } as const
  const manages = { action: 'manage-channels' } as const
  return async (app) => {
    app.get(
      '/api/channels',
      {
        config: reads,
        schema: {
          operationId: 'listChannels',
          tags,
          summary: 'Channels and how they go',
          response: { 200: ChannelList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { asOf, value } = await snapshot(deps.reads, (db) => readChannels(scope, db, deps.key))
        return { items: value, next: null, asOf }
      },
    )

    app.get(
      '/api/outside',
      {
        config: reads,
        schema: {
          operationId: 'getOutside',
          tags,
          summary: 'What the environment configures: its webhook, and the ping that says we live',
          response: { 200: OutsideState },
        },
      },
      async () => {
        const { webhook, aliveUrl, publicUrl } = deps.config
        return look(deps.reads, async (db) => ({
          webhook: webhook === null ? null : await environmentState(db),
          alive: aliveUrl === null ? null : await aliveState(db),
          publicUrl: publicUrl !== null,
        }))
      },
    )

    app.post(
      '/api/channels',
      {
        config: manages,
        schema: {
          operationId: 'addChannel',
          tags,
          summary: 'Add a channel for an area and all below it',
          body: NewChannel,
          response: { 201: ChannelDetail },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request)
        const { enabled = true, keepsRoots = false, ...given } = request.body
        const { id } = await write(deps, request, (tx, now) =>
          addChannel(tx, deps.key, { ...given, enabled, keepsRoots }, scope, now),
        )
        reply.code(201)
        return look(deps.reads, (db) => readChannel(scope, db, deps.key, id))
      },
    )

    app.get(
      '/api/channels/:id',
      {
        config: manages,
        schema: {
          operationId: 'getChannel',
          tags,
          summary: 'One channel with its settings; secrets are never shown',
          params,
          response: { 200: ChannelDetail },
        },
      },
      async (request) =>
        look(deps.reads, (db) => readChannel(principalOf(request).scope, db, deps.key, request.params.id)),
    )

    app.patch(
      '/api/channels/:id',
      {
        config: manages,
        schema: {
          operationId: 'changeChannel',
          tags,
          summary: 'Change a channel, switch it off or on, take it away or bring it back',
          params,
          body: ChannelChange,
          response: { 200: ChannelDetail },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        await transact(deps.pool, (tx) => changeChannel(tx, deps.key, { id, ...request.body }, scope, deps.now()))
        return look(deps.reads, (db) => readChannel(scope, db, deps.key, id))
      },
    )

    app.post(
      '/api/channels/:id/test',
      {
        config: manages,
        schema: {
          operationId: 'testChannel',
          tags,
          summary: 'Send a test message and hear what the other side answers',
          params,
          body: TestBody,
          response: { 200: TestAnswer },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const { id } = request.params
        const held = await heldChannel(poolQuery(deps.pool), id, scope)
        const { phone } = request.body
        const now = deps.now()
        // Nothing is held while the outside is asked; what came of it is written down afterwards.
        const sent = await sendTest(openSettings(deps.key, held), {
          id: newId(now),
          phone,
          timeZone: held.timeZone,
          now,
        })
        const { status, error, said, tookMs } = sent
        return write(deps, request, async (tx, at) => {
          await lockSubjects(tx, [`channel:${id}`])
          // A failed test is no proof of a channel that is down: a number may be mistyped.
          if (error === null) await recordHealth(tx, { channel: `channel:${id}`, worked: true, said: '' }, at)
          await recordTest(tx, { id, path: held.path, status, error }, scope, at)
          return { worked: error === null, status, error, said, tookMs }
        })
      },
    )

    app.get(
      '/api/channels/:id/notifications',
      {
        config: reads,
        schema: {
          operationId: 'listChannelNotifications',
          tags,
          summary: 'What a channel sent or is about to, with every attempt, newest first',
          params,
          querystring: Type.Object(pageQuery),
          response: { 200: NotificationList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const query = { mark: markOf(request.query.cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, async (db) => {
          await readChannelPlace(scope, db, request.params.id)
          return readNotifications(scope, db, { channelId: request.params.id, ...query })
        })
        return { ...value, asOf }
      },
    )

    app.get(
      '/api/alarms/:id/notifications',
      {
        config: { action: 'read-alarms' },
        schema: {
          operationId: 'listAlarmNotifications',
          tags: ['alarm'],
          summary: 'Who outside was told of an alarm, with every attempt, newest first',
          params,
          querystring: Type.Object(pageQuery),
          response: { 200: NotificationList },
        },
      },
      async (request) => {
        const { scope } = principalOf(request)
        const query = { mark: markOf(request.query.cursor), limit: limitOf(request.query) }
        const { asOf, value } = await snapshot(deps.reads, async (db) => {
          await readAlarmPlace(scope, db, request.params.id)
          return readNotifications(scope, db, { alarmId: request.params.id, ...query })
        })
        return { ...value, asOf }
      },
    )
  }
}
