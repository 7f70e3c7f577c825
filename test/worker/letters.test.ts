import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { sendEmail } from '@anju/api/notification/email'
import type { EmailSettings } from '@anju/domain/channel/settings'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CERTIFICATE, PRIVATE_KEY } from './certificate.fixture.ts'
import { email, makeStage, type Stage } from './outside.fixture.ts'

let stage: Stage
let now: Date
const stopping: (() => void)[] = []
const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 30_000, interval: 20 })
beforeEach(async () => {
  now = new Date()
  stage = await makeStage(now)
})
afterEach(async () => {
  for (const stop of stopping.splice(0)) stop()
  await stage.end()
})

interface Letter {
  from: string
  to: string[]
  text: string
}

/** Quoted-printable, as it is read. */
function readable(text: string): string {
  const bytes = text.replaceAll(/=\r?\n/g, '').replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => `%${hex}`)
  return bytes.replaceAll(/(%[0-9A-F]{2})+/g, (run) => decodeURIComponent(run))
}

/** A real mail server: TLS, sign-in, and whatever else it is told to do. */
async function startMail(options: SMTPServerOptions = {}): Promise<{ port: number; letters: Letter[] }> {
  const letters: Letter[] = []
  const server = new SMTPServer({
    key: PRIVATE_KEY,
    cert: CERTIFICATE,
    logger: false,
    onAuth: ({ username, password }, _session, done) =>
      username === 'anju' && password === 'letters'
        ? done(null, { user: 'anju' })
        : done(new Error(`no such user ${username}@county.example`)),
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom === false ? '' : mailFrom.address
        letters.push({
          from,
          to: rcptTo.map(({ address }) => address),
          text: readable(Buffer.concat(parts).toString()),
        })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stopping.push(() => server.close())
  return { port: (server.server.address() as AddressInfo).port, letters }
}

/** A server that greets with what it is told, and then says nothing. */
async function startBare(greeting: string): Promise<number> {
  const sockets: Socket[] = []
  const server: Server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    if (greeting !== '') socket.write(greeting)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stopping.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const settings = (port: number, more: Partial<EmailSettings> = {}): EmailSettings => {
  const made = email(port, { host: 'localhost', authority: CERTIFICATE, ...more })
  if (made.kind !== 'email') throw new Error('no e-mail')
  return made.settings
}
const letter = { id: '0192d0c0-0000-7000-8000-000000000001', subject: '安居', text: '测试' }

test('an alarm reaches everybody on the list, encrypted and signed in, without a name in it', async () => {
  const mail = await startMail()
  await stage.channel({ kind: 'email', settings: settings(mail.port) })
  const notifier = stage.notifier()
  await notifier.start()
  const alarmId = await stage.press((await stage.world.register('button')).id, 'a', now)
  await eventually(() => mail.letters.length).toBe(1)
  const [got] = mail.letters
  expect(got).toMatchObject({ from: 'anju@county.example', to: ['lead@county.example', 'bureau@county.example'] })
  expect(got?.text).toContain('High: emergency press')
  expect(got?.text).toContain(`https://anju.example/alarms/${alarmId}`)
  expect(got?.text).toContain('测试社区')
  expect(got?.text).not.toContain('测试老人')
  const [row] = await stage.rows('select id from notification')
  expect(got?.text).toContain(`Message-ID: <${String(row?.['id'])}@county.example>`)
})

test.each(['tls', 'starttls'] as const)('by %s, with an authority of the county’s own', async (security) => {
  const mail = await startMail({ secure: security === 'tls' })
  expect(await sendEmail(settings(mail.port, { security }), letter)).toMatchObject({ status: 250, error: null })
  expect(await sendEmail(settings(mail.port, { security, authority: '' }), letter)).toMatchObject({
    error: expect.stringMatching(/certificate|self.signed/i),
  })
  expect(mail.letters).toHaveLength(1)
})

test('nothing is said in the clear to a server that offers no encryption', async () => {
  const mail = await startMail({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true })
  expect((await sendEmail(settings(mail.port), letter)).error).toMatch(/STARTTLS/i)
  expect(mail.letters).toEqual([])
})

test('a wrong password, a refused recipient, a busy, a silent and a babbling server each say so, without an address', async () => {
  const mail = await startMail()
  const wrong = await sendEmail(settings(mail.port, { password: 'x' }), letter)
  expect(wrong).toMatchObject({ status: 535, error: expect.stringContaining('no such user') })
  expect(wrong.error).not.toContain('@')
  const choosy = await startMail({
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('bureau') ? new Error(`${address} unknown`) : null),
  })
  expect((await sendEmail(settings(choosy.port), letter)).error).toBe('the server refused 1 of 2 recipients')
  const busy = await startBare('421 too many connections\r\n')
  expect(await sendEmail(settings(busy), letter, 2000)).toMatchObject({ status: 421 })
  const silent = await startBare('')
  expect((await sendEmail(settings(silent), letter, 200)).error).toMatch(/no answer|timeout|never received/i)
  const babbling = await startBare('\u0000\u0001 hello?\r\n')
  expect((await sendEmail(settings(babbling), letter, 2000)).error).not.toBeNull()
})

test('a server that comes back gets the letter that waited', async () => {
  let busy = true
  const mail = await startMail({
    onConnect: (_session, done) => done(busy ? Object.assign(new Error('later'), { responseCode: 451 }) : null),
  })
  await stage.channel({ kind: 'email', settings: settings(mail.port) })
  const notifier = stage.notifier()
  await notifier.start()
  await stage.press((await stage.world.register('button')).id, 'a', now)
  await eventually(() => stage.rows('select status from notification_attempt')).toEqual([{ status: 451 }])
  busy = false
  await notifier.sendDue(new Date(now.getTime() + 60_000))
  await eventually(() => stage.rows('select state from notification')).toEqual([{ state: 'delivered' }])
  expect(mail.letters).toHaveLength(1)
})
