import { afterEach, beforeEach, expect, test } from 'vitest'
import { hello, raw, rawDevice, startTrial, type Trial } from './trial.ts'

const will = {
  topic: 'anju/v1/button-1/state',
  payload: Buffer.from('{"online":false,"boot":3}'),
  qos: 1,
  retain: true,
} as const

let trial: Trial
beforeEach(async () => {
  trial = await startTrial()
})
afterEach(() => trial.stop())

test('a connection that breaks leaves its will, marked as one', async () => {
  const one = await rawDevice(trial, 'button-1', { will })
  one.stream.destroy()
  await trial.until(() => trial.received.length > 0)
  expect(trial.received).toEqual([
    {
      deviceId: 'button-1',
      topic: will.topic,
      kind: 'state',
      payload: will.payload,
      qos: 1,
      will: true,
      connection: 1,
    },
  ])
})

test('a device that stops answering leaves its will', async () => {
  const one = await rawDevice(trial, 'button-1', { will, keepalive: 1 })
  one.stream.pause() // half open: the socket stands, nobody is there
  await trial.until(() => trial.received.length > 0)
  expect(trial.received).toMatchObject([{ will: true }])
  expect(trial.broker.connections()).toBe(0)
  one.stream.destroy()
})

test('DISCONNECT voids the will', async () => {
  const one = await rawDevice(trial, 'button-1', { will })
  one.send({ cmd: 'disconnect' })
  await one.closed
  await trial.until(() => trial.events.includes('disconnected button-1 1'))
  expect(trial.received).toEqual([])
})

test('a connection that is taken over leaves no will; its successor does', async () => {
  const older = await rawDevice(trial, 'button-1', { will })
  const newer = await rawDevice(trial, 'button-1', {
    will: { ...will, payload: Buffer.from('{"online":false,"boot":4}') },
  })
  await older.closed
  await trial.until(() => trial.events.includes('disconnected button-1 1'))
  expect(trial.received).toEqual([])
  newer.stream.destroy()
  await trial.until(() => trial.received.length > 0)
  expect(trial.received).toMatchObject([
    { will: true, connection: 2, payload: Buffer.from('{"online":false,"boot":4}') },
  ])
})

test.each([
  'anju/v1/button-2/state',
  'anju/v1/button-1/press',
  'anju/v1/button-1/cmd',
  Array(200).fill('a').join('/'),
  '$SYS/x',
])('a will on %s is refused at CONNECT', async (topic) => {
  const one = await raw(trial)
  one.send(hello('button-1', { will: { ...will, topic } }))
  expect(await one.next('connack')).toMatchObject({ returnCode: 5 })
  await one.closed
  expect(trial.received).toEqual([])
})

test('a refused connection leaves no will', async () => {
  trial.refused.add('button-1')
  const one = await raw(trial)
  one.send(hello('button-1', { will }))
  await one.closed
  const other = await rawDevice(trial, 'button-2')
  other.stream.destroy()
  await trial.until(() => trial.events.includes('disconnected button-2 1'))
  expect(trial.received).toEqual([])
})

test('a device we cut off, or leave by stopping, leaves no will', async () => {
  const one = await rawDevice(trial, 'button-1', { will })
  trial.broker.disconnect('button-1')
  await one.closed
  const other = await startTrial()
  const left = await rawDevice(other, 'button-1', { will })
  await other.stop()
  await left.closed
  expect([...trial.received, ...other.received]).toEqual([])
})
