import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { handOver } from '@anju/api/anchor/hand-over'
import { readCopies } from '@anju/domain/evidence/second-copy'
import { sealDay } from '@anju/prisma/evidence/apply'
import { signingKey } from '@anju/prisma/evidence/seal'
import { transact } from '@anju/prisma/tx'
import pino from 'pino'
import { SMTPServer } from 'smtp-server'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CERTIFICATE, PRIVATE_KEY } from './certificate.fixture.ts'
import { email, KEY, makeStage, type Stage } from './outside.fixture.ts'

let stage: Stage
let place: string
let now: Date
const stopping: (() => void)[] = []
beforeEach(async () => {
  now = new Date()
  stage = await makeStage(now)
  place = await mkdtemp(join(tmpdir(), 'anju-anchor-'))
})
afterEach(async () => {
  for (const stop of stopping.splice(0)) stop()
  await stage.end()
  await rm(place, { recursive: true })
})

const log = pino({ level: 'silent' })
const MINUTE_MS = 60_000
const pass = (minutes: number) => (now = new Date(now.getTime() + minutes * MINUTE_MS))
const turn = (folder: string | null) =>
  handOver({ pool: stage.world.pool, key: KEY, folder, log, answerWithinMs: 2000 }, now)
const seal = (day: string) => transact(stage.world.pool, (tx) => sealDay(tx, day, signingKey(KEY)))
const handed = () =>
  stage.rows(`select to_char(day, 'YYYY-MM-DD') as day, left(way, 7) as way, attempt_id is not null as done
              from anchor order by way, day`)
const alarms = () =>
  stage.rows(`select exists (select from alarm_entry where alarm_id = alarm.id and kind = 'cleared') as cleared
              from alarm where kind = 'channel-down'`)

/** A real mail server that takes letters, or tells everybody to come back later. */
async function startMail() {
  const letters: string[] = []
  const state = { full: false }
  const server = new SMTPServer({
    key: PRIVATE_KEY,
    cert: CERTIFICATE,
    logger: false,
    onAuth: (_auth, _session, done) => done(null, { user: 'anju' }),
    onData(stream, _session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        if (state.full) return done(Object.assign(new Error('mailbox full'), { responseCode: 452 }))
        letters.push(Buffer.concat(parts).toString())
        done()
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stopping.push(() => server.close())
  return { port: (server.server.address() as AddressInfo).port, letters, state }
}

/** The letter's text, out of quoted-printable. */
function textOf(letter: string): string {
  const bytes = letter.replaceAll(/=\r?\n/g, '').replaceAll(/=([0-9A-F]{2})/g, '%$1')
  return bytes.replaceAll(/(%[0-9A-F]{2})+/g, (run) => decodeURIComponent(run))
}

test('a sealed day is written into the folder once, signed and whole; another file in its place is never written over', async () => {
  const root = await seal('2026-11-28')
  await turn(place)
  const [name] = await readdir(place)
  const text = await readFile(join(place, name!), 'utf8')
  expect([name, readCopies(text)]).toEqual([
    'anju-root-2026-11-28.json',
    [expect.objectContaining({ day: '2026-11-28', root: Buffer.from(root.root).toString('hex') })],
  ])
  const [attempt] = await stage.rows('select recipient, digest, error from anchor_attempt')
  expect(attempt).toEqual({ recipient: place, digest: createHash('sha256').update(text).digest(), error: null })
  await turn(place)
  expect(await stage.rows('select from anchor_attempt')).toHaveLength(1)

  await seal('2026-11-29')
  await writeFile(join(place, 'anju-root-2026-11-29.json'), 'something else')
  await turn(place)
  expect(await readFile(join(place, 'anju-root-2026-11-29.json'), 'utf8')).toBe('something else')
  expect(await stage.rows('select error from anchor_attempt where error is not null')).toEqual([
    { error: 'anju-root-2026-11-29.json is there and says something else' },
  ])
})

test('a folder that is not there is not made: it is tried again, goes down as a channel does, and catches up', async () => {
  const missing = join(place, 'share')
  await seal('2026-11-28')
  for (const minutes of [0, 1.1, 2.1, 4.1]) {
    pass(minutes)
    await turn(missing)
  }
  await turn(missing) // not yet due again
  expect(await stage.rows('select from anchor_attempt where error is not null')).toHaveLength(4)
  expect(await alarms()).toEqual([{ cleared: false }])
  await seal('2026-11-29')
  await mkdir(missing)
  pass(8.1)
  await turn(missing)
  expect(await readdir(missing)).toHaveLength(2)
  expect(await alarms()).toEqual([{ cleared: true }])
})

test('a channel that keeps roots gets them in one letter, also those that a full mailbox had turned away', async () => {
  const mail = await startMail()
  await stage.channel(email(mail.port, { host: 'localhost', authority: CERTIFICATE }), [], true)
  await stage.channel(email(mail.port, { host: 'localhost', authority: CERTIFICATE }))
  await seal('2026-11-27')
  mail.state.full = true
  await turn(null)
  await seal('2026-11-29')
  pass(1.1)
  await turn(null)
  expect(mail.letters).toEqual([])
  expect(await stage.rows('select status, error is null as taken from anchor_attempt')).toEqual([
    { status: 452, taken: false },
    { status: 452, taken: false },
  ])
  mail.state.full = false
  pass(60)
  await turn(null)
  await turn(null)
  expect(mail.letters).toHaveLength(1)
  expect(readCopies(textOf(mail.letters[0]!)).map(({ day }) => day)).toEqual(['2026-11-27', '2026-11-29'])
  expect(await handed()).toEqual([
    { day: '2026-11-27', way: 'channel', done: true },
    { day: '2026-11-29', way: 'channel', done: true },
  ])
})

test('of several workers one hands over, and a way that fails holds up no other', async () => {
  const mail = await startMail()
  await stage.channel(email(mail.port, { host: 'localhost', authority: CERTIFICATE }), [], true)
  await seal('2026-11-28')
  const folder = join(place, 'not there')
  await Promise.all([turn(folder), turn(folder), turn(folder)])
  expect(mail.letters).toHaveLength(1)
  expect(await handed()).toEqual([
    { day: '2026-11-28', way: 'channel', done: true },
    { day: '2026-11-28', way: 'folder', done: false },
  ])
  expect(await stage.rows('select from anchor_attempt')).toHaveLength(2)
})
