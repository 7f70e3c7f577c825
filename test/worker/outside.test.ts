import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { signWebhook } from '@anju/api/notification/webhook'
import { acknowledgeAlarm } from '@anju/prisma/alarm/apply'
import { changeChannel } from '@anju/prisma/channel/apply'
import { LEASE_MS } from '@anju/prisma/notification/apply'
import { transact } from '@anju/prisma/tx'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { KEY, makeStage, type Outside, sms, type Stage } from './outside.fixture.ts'

const second = 1000
const minute = 60 * second
let stage: Stage
let now: Date
const after = (ms: number) => new Date(now.getTime() + ms)
beforeEach(async () => {
  now = new Date()
  stage = await makeStage(now)
})
afterEach(() => stage.end())

/** The machine may be busy: what must come is waited for, however long it takes. */
const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 30_000, interval: 20 })

const body = (outside: Outside, i = 0) => JSON.parse(String(outside.heard[i]?.body))
const states = async () =>
  (await stage.rows('select state from notification order by next_at')).map(({ state }) => String(state))
const planned = (count: number) => eventually(states).toHaveLength(count)

describe('on call', () => {
  test('the first is told at once, without a name; the second when nobody has taken it by then', async () => {
    const gateway = await stage.outside()
    const [one, two] = [await stage.person('one', '13800000001'), await stage.person('two', '13800000002')]
    await stage.onCall([
      { userId: one, afterMin: 0 },
      { userId: two, afterMin: 3 },
    ])
    await stage.channel(sms(gateway.url))
    const notifier = stage.notifier()
    await notifier.start()
    const button = await stage.world.register('button')
    const alarmId = await stage.press(button.id, 'a', now)
    await eventually(() => gateway.heard.length).toBe(1)
    expect(body(gateway)).toMatchObject({ to: '13800000001' })
    const text = String(body(gateway).content)
    expect(text).toContain('【安居】高 紧急呼叫，测试社区')
    expect(text).toContain('无人在岗')
    expect(text).toContain(`https://anju.example/alarms/${alarmId}`)
    expect(text).not.toContain('测试老人')
    expect(gateway.heard[0]?.headers['x-token']).toBe('gateway "secret"')
    await eventually(states).toEqual(['delivered', 'waiting']) // written down before the clock leaps beyond its lease
    await notifier.sendDue(after(2 * minute))
    expect(gateway.heard).toHaveLength(1)
    await notifier.sendDue(after(3 * minute + second))
    await eventually(() => gateway.heard.map((_, i) => body(gateway, i).to)).toEqual(['13800000001', '13800000002'])
    expect(JSON.stringify(await stage.rows('select body, recipient from notification'))).not.toContain('138000')
  })

  test('the second is left alone once somebody has the alarm', async () => {
    const gateway = await stage.outside()
    const [one, two] = [await stage.person('one', '13800000001'), await stage.person('two', '13800000002')]
    await stage.onCall([
      { userId: one, afterMin: 0 },
      { userId: two, afterMin: 3 },
    ])
    await stage.channel(sms(gateway.url))
    const notifier = stage.notifier()
    await notifier.start()
    const button = await stage.world.register('button')
    const alarmId = await stage.press(button.id, 'a', now)
    await eventually(states).toEqual(['delivered', 'waiting'])
    await transact(stage.world.pool, (tx) => acknowledgeAlarm(tx, { alarmId, userId: one, now: after(minute) }))
    await notifier.sendDue(after(4 * minute))
    expect(await states()).toEqual(['delivered', 'moot'])
    expect(gateway.heard).toHaveLength(1)
  })

  test('who has no telephone is passed over; where nobody has one, that is written down', async () => {
    const gateway = await stage.outside()
    const [mute, two] = [await stage.person('mute', ''), await stage.person('two', '13800000002')]
    await stage.onCall([
      { userId: mute, afterMin: 0 },
      { userId: two, afterMin: 30 },
    ])
    await stage.channel(sms(gateway.url))
    const notifier = stage.notifier()
    await notifier.start()
    await stage.press((await stage.world.register('button')).id, 'a', now)
    await eventually(() => gateway.heard.map((_, i) => body(gateway, i).to)).toEqual(['13800000002'])
    await stage.world.pool.query(`update app_user set phone = ''`)
    await stage.press((await stage.world.register('button')).id, 'b', after(5 * minute))
    await expect
      .poll(() => stage.rows(`select error from notification_attempt where error is not null`))
      .toEqual([{ error: 'nobody on call has a telephone number' }])
    expect(await stage.rows('select failures from channel_state')).toEqual([{ failures: 0 }])
  })

  test('ten presses of one button are one message in two minutes', async () => {
    const gateway = await stage.outside()
    await stage.onCall([{ userId: await stage.person('one', '13800000001'), afterMin: 0 }])
    await stage.channel(sms(gateway.url))
    const notifier = stage.notifier()
    await notifier.start()
    const button = await stage.world.register('button')
    for (let i = 0; i < 10; i++) await stage.press(button.id, `p${i}`, after(i * second))
    await stage.press(button.id, 'later', after(3 * minute))
    await planned(2)
    await notifier.sendDue(after(3 * minute))
    await eventually(() => gateway.heard.length).toBe(2)
  })
})

describe('two hundred alarms within a minute, with nobody at the desk', () => {
  test('are a handful of short messages to one person: the first at once, the rest bundled; each says which told of it', async () => {
    const gateway = await stage.outside()
    await stage.onCall([{ userId: await stage.person('one', '13800000001'), afterMin: 0 }])
    await stage.channel(sms(gateway.url))
    const receiver = await stage.outside()
    await stage.channel({ kind: 'webhook', settings: { url: receiver.url, secret: 'x' } })
    let clock = now
    const workers = [stage.notifier({ now: () => clock }), stage.notifier({ now: () => clock })]
    await Promise.all(workers.map((worker) => worker.start()))
    const buttons: string[] = []
    for (let i = 0; i < 200; i++) buttons.push(await stage.ownButton())
    const sms_ = `from notification n join channel on channel.id = n.channel_id where channel.kind = 'sms'`
    const count = async (where: string) =>
      Number((await stage.rows(`select count(*) ${sms_} and ${where}`))[0]?.['count'])
    for (let s = 0; s < 60; s++) {
      clock = after(s * second)
      for (const i of [0, 1, 2]) {
        const button = buttons[s * 3 + i]
        if (button) await stage.press(button, `p${s} ${i}`, clock)
      }
      if (s % 10 === 9) {
        await eventually(() => count('true')).toBe(s * 3 + 3)
        await Promise.all(workers.map((worker) => worker.sendDue(clock)))
        await eventually(() => count(`n.state = 'waiting' and n.next_at <= '${clock.toISOString()}'`)).toBe(0)
      }
    }
    for (const button of buttons.slice(180)) await stage.press(button, 'last', clock)
    await eventually(() => count('true')).toBe(200)
    for (let s = 60; s <= 120; s += 10) {
      clock = after(s * second)
      await Promise.all(workers.map((worker) => worker.sendDue(clock)))
    }
    await eventually(() => count(`n.state not in ('delivered', 'covered')`)).toBe(0)
    // The clock leaps here faster than an answer is written down: what came twice came under one id.
    const bySeq = new Map(gateway.heard.map((_, i) => [String(body(gateway, i).seq), String(body(gateway, i).content)]))
    const texts = [...bySeq.values()]
    expect(texts.length).toBeGreaterThanOrEqual(2)
    expect(texts.length).toBeLessThanOrEqual(4)
    expect(texts[0]).not.toContain('另有')
    const told = texts.slice(1).map((text) => Number(/另有 (\d+) 个报警，最早/.exec(text)?.[1]))
    expect(told.reduce((sum, more) => sum + more + 1, 1)).toBe(200)
    // every alarm was told once, and knows by which message
    const [{ alarms, leads } = { alarms: 0, leads: 0 }] = await stage.rows(
      `select count(distinct n.alarm_id)::integer as alarms, count(distinct coalesce(n.covered_by, n.id))::integer as leads ${sms_}`,
    )
    expect([alarms, leads]).toEqual([200, texts.length])
    // programs hear of each by itself
    await eventually(async () => {
      await Promise.all(workers.map((worker) => worker.sendDue(clock)))
      return receiver.heard.length
    }).toBe(200)
  }, 180_000)

  test('what somebody took meanwhile is not told of; a bundle whose first was taken still tells of the others', async () => {
    const gateway = await stage.outside()
    gateway.state.mood = 'broken'
    const one = await stage.person('one', '13800000001')
    await stage.onCall([{ userId: one, afterMin: 0 }])
    await stage.channel(sms(gateway.url))
    const notifier = stage.notifier()
    const alarms: string[] = []
    for (const id of ['a', 'b', 'c']) {
      alarms.push(await stage.press(await stage.ownButton(), id, now))
    }
    await notifier.start()
    await eventually(async () => (await states()).toSorted()).toEqual(['covered', 'covered', 'waiting'])
    await eventually(() => stage.rows('select from notification_attempt')).toHaveLength(1)
    const [lead] = await stage.rows(`select alarm_id from notification where state = 'waiting'`)
    const [first, second_] = [String(lead?.['alarm_id']), alarms.find((id) => id !== lead?.['alarm_id']) ?? '']
    for (const alarmId of [first, second_]) {
      await transact(stage.world.pool, (tx) => acknowledgeAlarm(tx, { alarmId, userId: one, now: after(second) }))
    }
    gateway.state.mood = 'well'
    await notifier.sendDue(after(10 * second))
    await eventually(() => stage.rows(`select from notification where state = 'delivered'`)).toHaveLength(1)
    expect(String(body(gateway, 1).content)).toContain('另有 1 个报警')
  })
})

describe('a channel in trouble', () => {
  test('that is silent or never ends delays no other', async () => {
    const [silent, endless, well] = [await stage.outside(), await stage.outside(), await stage.outside()]
    silent.state.mood = 'silent'
    endless.state.mood = 'endless'
    for (const { url } of [silent, endless, well]) {
      await stage.channel({ kind: 'webhook', settings: { url, secret: 'x' } })
    }
    await stage.notifier().start()
    for (let i = 0; i < 6; i++) await stage.press((await stage.world.register('button')).id, `p${i}`, now)
    await eventually(() => well.heard.length).toBe(6)
    expect(silent.heard.length).toBeLessThanOrEqual(4)
  })

  test.each(['broken', 'refusing', 'garbage', 'silent'] as const)(
    'that is %s is tried again, later each time, and delivers once it works',
    async (mood) => {
      const gateway = await stage.outside()
      gateway.state.mood = mood
      await stage.onCall([{ userId: await stage.person('one', '13800000001'), afterMin: 0 }])
      await stage.channel(sms(gateway.url))
      const notifier = stage.notifier({ answerWithinMs: 200 })
      await notifier.start()
      await stage.press((await stage.world.register('button')).id, 'a', now)
      const attempts = () => stage.rows('select n, status, error from notification_attempt order by n')
      await eventually(attempts).toHaveLength(1)
      await notifier.sendDue(after(500))
      expect(gateway.heard).toHaveLength(1)
      await notifier.sendDue(after(10 * second))
      await eventually(attempts).toHaveLength(2)
      gateway.state.mood = 'well'
      await notifier.sendDue(after(30 * second))
      await eventually(states).toEqual(['delivered'])
      const [first] = await attempts()
      expect(String(first?.['error'])).not.toContain('13800000001')
      expect(first?.['error']).toMatch(
        { broken: /answered 500/, refusing: /code is "105".*no balance/, garbage: /has no code/, silent: /no answer/ }[
          mood
        ],
      )
      expect(new Set(gateway.heard.map((_, i) => body(gateway, i).seq)).size).toBe(1)
    },
  )

  test('that stays down raises an alarm, which goes another way, and says so when it works again', async () => {
    const [bad, good] = [await stage.outside(), await stage.outside()]
    bad.state.mood = 'broken'
    const failing = await stage.channel({ kind: 'webhook', settings: { url: bad.url, secret: 'x' } })
    await stage.channel({ kind: 'webhook', settings: { url: good.url, secret: 'y' } })
    const notifier = stage.notifier()
    await notifier.start()
    await stage.press((await stage.world.register('button')).id, 'a', now)
    const tried = () => stage.rows(`select from notification_attempt where error is not null`)
    const times = [0, 2, 5, 10, 20, 40, 80, 150]
    for (const [i, s] of times.entries()) {
      if (i > 0) await notifier.sendDue(after(s * second))
      await eventually(tried).toHaveLength(i + 1)
    }
    const down = () => stage.rows(`select subject, priority, state from alarm where kind = 'channel-down'`)
    await eventually(down).toEqual([{ subject: `channel:${failing}`, priority: 'medium', state: 'raised' }])
    const told = (outside: Outside) => outside.heard.map((_, i) => body(outside, i).data.kind)
    await eventually(() => told(good)).toEqual(['emergency-press', 'channel-down'])
    expect(told(bad)).not.toContain('channel-down')
    bad.state.mood = 'well'
    await notifier.sendDue(after(10 * minute))
    await expect
      .poll(() => stage.rows(`select body->>'because' as because from alarm_entry where kind = 'cleared'`))
      .toEqual([{ because: 'works' }])
    expect(await down()).toMatchObject([{ state: 'raised' }])
    expect(
      await stage.rows(`select failures, failing_since from channel_state where channel = $1`, [`channel:${failing}`]),
    ).toEqual([{ failures: 0, failing_since: null }])
  })

  test('that was switched off is told nothing more, and nothing waits for it', async () => {
    const gateway = await stage.outside()
    gateway.state.mood = 'broken'
    const id = await stage.channel({ kind: 'webhook', settings: { url: gateway.url, secret: 'x' } })
    const notifier = stage.notifier()
    await notifier.start()
    await stage.press((await stage.world.register('button')).id, 'a', now)
    await eventually(() => stage.rows('select from notification_attempt')).toHaveLength(1)
    await transact(stage.world.pool, (tx) =>
      changeChannel(tx, KEY, { id, version: 1, enabled: false }, stage.scope, after(second)),
    )
    await notifier.sendDue(after(minute))
    expect(await states()).toEqual(['moot'])
    expect(gateway.heard).toHaveLength(1)
  })
})

describe('several workers', () => {
  test('send each message once between them', async () => {
    const receiver = await stage.outside()
    await stage.channel({ kind: 'webhook', settings: { url: receiver.url, secret: 'whsec_c2VjcmV0' } })
    const workers = [stage.notifier(), stage.notifier(), stage.notifier()]
    await Promise.all(workers.map((worker) => worker.start()))
    for (let i = 0; i < 10; i++) await stage.press((await stage.world.register('button')).id, `p${i}`, now)
    await planned(10)
    await expect
      .poll(async () => {
        await Promise.all(workers.map((worker) => worker.sendDue(now)))
        return new Set(await states())
      })
      .toEqual(new Set(['delivered']))
    const ids = receiver.heard.map(({ headers }) => headers['webhook-id'])
    expect([ids.length, new Set(ids).size]).toEqual([10, 10])
    for (const { headers, body } of receiver.heard) {
      const [id, at] = [String(headers['webhook-id']), Number(headers['webhook-timestamp'])]
      expect(headers['webhook-signature']).toBe(signWebhook('whsec_c2VjcmV0', id, at, String(body)))
    }
  })

  test('a worker killed while it waits for an answer: another sends the same message again, under the same id', async () => {
    const receiver = await stage.outside()
    receiver.state.mood = 'silent'
    await stage.channel({ kind: 'webhook', settings: { url: receiver.url, secret: 'x' } })
    const worker: ChildProcess = fork(path.resolve(import.meta.dirname, '../../anju.ts'), ['worker'], {
      env: {
        ...process.env,
        DATABASE_URL: stage.database.url,
        ANJU_KEY: '07'.repeat(32),
        ANJU_LOG_LEVEL: 'silent',
        ANJU_PROBE_EVERY_S: '0',
      },
      stdio: 'ignore',
    })
    await stage.press((await stage.world.register('button')).id, 'a', now)
    await eventually(() => receiver.heard.length).toBe(1)
    const ended = once(worker, 'exit')
    worker.kill('SIGKILL')
    await ended
    receiver.state.mood = 'well'
    const other = stage.notifier()
    await other.sendDue(new Date())
    expect(receiver.heard).toHaveLength(1)
    await other.sendDue(new Date(Date.now() + LEASE_MS))
    await eventually(states).toEqual(['delivered'])
    expect(new Set(receiver.heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(await stage.rows('select n from notification_attempt')).toEqual([{ n: 2 }])
  }, 60_000)
})
