import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DialBody, HookBody } from '@anju/api/call/schema'
import { parseConfig } from '@anju/domain/config'
import { refusals } from '@anju/domain/error'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, startTestApi } from '../api/api.fixture.ts'

const run = promisify(execFile)
const text = readFileSync(join(import.meta.dirname, '../../docs/calls.md'), 'utf8')
const fenced = (language: string, tag: string): string => {
  const found = new RegExp(`^\`\`\`${language} ${tag}\\n([\\s\\S]*?)\\n\`\`\`$`, 'm').exec(text)?.[1]
  if (found === undefined) throw new Error(`docs/calls.md has no ${language} ${tag}`)
  return found
}
const environment = (tag: string) =>
  Object.fromEntries(
    fenced('sh', tag)
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  ) as Record<string, string>

const secret = environment('environment')['ANJU_CALL_SECRET'] ?? ''
let api: Api
beforeAll(async () => {
  api = await startTestApi({ callSecret: secret })
  const county = await api.area('安居县')
  await api.user('seat', 'seat', county.id)
})
afterAll(() => api.stop())

/** The example of the page, as it stands there, by a real shell, openssl and curl. */
const curl = async (event: string): Promise<{ id: string; added: boolean }> => {
  const env = {
    ...process.env,
    ANJU_URL: api.url,
    ANJU_CALL_SECRET: secret,
    CALL: 'doc-1',
    EVENT: event,
    NUMBER: '+86 138 0013 8000',
    EXTENSION: '8001',
  }
  const { stdout } = await run('sh', ['-ec', fenced('sh', 'curl')], { env })
  return JSON.parse(stdout) as { id: string; added: boolean }
}

test('the curl example is taken, and its call rings and ends at the desk', async () => {
  const { id, added } = await curl('ringing')
  expect(added).toBe(true)
  const seat = await api.signIn('seat')
  const ringing = (await seat.get('/api/calls/live')).body.items
  expect(ringing.map((call: any) => [call.id, call.number, call.extension])).toEqual([[id, '13800138000', '8001']])
  expect((await curl('ended')).id).toBe(id)
  expect((await seat.get('/api/calls/live')).body.items).toEqual([])
})

test('the example bodies have the fields of the contract, and the settings are ones that are read', () => {
  const body = JSON.parse(fenced('json', 'body')) as Record<string, unknown>
  expect(Object.keys(body).toSorted()).toEqual(Object.keys(HookBody.properties).toSorted())
  for (const field of Object.keys(HookBody.properties)) expect(text).toContain(`| \`${field}\` |`)
  const dial = JSON.parse(fenced('json', 'dial-body')) as Record<string, unknown>
  expect(Object.keys(dial)).toEqual(['call', 'number', 'username', 'at'])
  expect(Object.keys(DialBody.properties)).not.toContain('number')
  const parsed = parseConfig({ ...environment('environment'), ...environment('dial') }, { dataFolder: '/srv' })
  expect(parsed.ok && [parsed.config.callSecret, parsed.config.dial?.url]).toEqual([
    secret,
    'https://pbx.example/anju-dial',
  ])
})

test('the codes it names are those of the catalogue', () => {
  const codes = [...text.matchAll(/(\d{3}) `([a-z-]+)`/g)]
  expect(codes.length).toBeGreaterThanOrEqual(4)
  for (const [, status, code = ''] of codes) {
    expect([code, Object.entries(refusals).find(([known]) => known === code)?.[1].status]).toEqual([
      code,
      Number(status),
    ])
  }
})
