import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as limits from '@anju/domain/wire/limits'
import { decode } from '@anju/domain/wire/decode'
import { rejections } from '@anju/domain/wire/rejection'
import { COMMANDS, type Command, DEVICE_TOPICS, type Receipt } from '@anju/domain/wire/schema'
import { keyIdOf, verifySignature } from '@anju/gateway/signature'
import { httpKeyOf } from '@anju/prisma/device/secret'
import { expect, test } from 'vitest'

const text = readFileSync(join(import.meta.dirname, '../../docs/devices.md'), 'utf8')

type Example = { language: string; tags: string; body: string; line: number }
const examples: Example[] = [...text.matchAll(/^```(\w+) ?([^\n]*)\n([\s\S]*?)\n```$/gm)].map((match) => ({
  language: match[1] ?? '',
  tags: match[2] ?? '',
  body: match[3] ?? '',
  line: text.slice(0, match.index).split('\n').length,
}))
const tag = (example: Example, name: string) => new RegExp(`\\b${name}=(\\S+)`).exec(example.tags)?.[1]
const ofTopic = (topic: string) => examples.filter((example) => tag(example, 'topic') === topic)
const fenced = (language: string, tags = '') =>
  examples.find((example) => example.language === language && example.tags === tags)?.body ?? ''

const arrivedAt = new Date('2026-11-22T00:05:10Z')
const upward = examples.filter((example) => DEVICE_TOPICS.some((topic) => topic === tag(example, 'topic')))

test.for(upward)('the example at line $line of docs/devices.md is decoded as it says', (example) => {
  const topic = tag(example, 'topic') ?? ''
  const will = example.tags.endsWith(' will')
  const items = decode(topic, Buffer.from(example.body), { deviceId: 'dev-1', arrivedAt, will })
  const refused = tag(example, 'rejected')
  expect(items.map((item) => (item.ok ? 'stored' : item.code))).toEqual(items.map(() => refused ?? 'stored'))
  expect(items.length).toBeGreaterThan(0)
  for (const item of items) {
    if (!item.ok) continue
    expect('time' in item.fact ? item.fact.time.marks : []).not.toContain('unreadable')
    if (item.fact.type === 'reading') expect(item.fact.measurement.plausible).toBe(true)
  }
})

test('every topic, every kind of reading and both kinds of tap have an example', () => {
  for (const topic of [...DEVICE_TOPICS, 'receipt', 'cmd']) expect(ofTopic(topic), topic).not.toEqual([])
  const kinds = ofTopic('reading').map((example) => (JSON.parse(example.body) as { kind: string }).kind)
  for (const kind of ['blood-pressure', 'glucose', 'spo2', 'weight', 'temperature', 'gatt'])
    expect(kinds).toContain(kind)
  const taps = ofTopic('tap').map((example) => Object.keys(JSON.parse(example.body) as object).at(-1))
  expect(new Set(taps)).toEqual(new Set(['uid', 'sun']))
})

test('the Bluetooth frame of the example holds the values of the plain one', () => {
  const measured = ofTopic('reading').flatMap((example) =>
    decode('reading', Buffer.from(example.body), { deviceId: 'dev-1', arrivedAt }).flatMap((item) =>
      item.ok && item.fact.type === 'reading' ? [{ id: item.fact.messageId, ...item.fact.measurement }] : [],
    ),
  )
  const values = (id: string) => {
    const found = measured.find((one) => one.id === id)
    return [found?.systolic, found?.diastolic, found?.pulse]
  }
  expect(values('b12-5')).toEqual(values('b12-3'))
})

test('receipt and command have the fields of the contract', () => {
  const receipt = JSON.parse(ofTopic('receipt')[0]?.body ?? '') as Receipt
  expect(Object.keys(receipt)).toEqual(['ids', 'rejected'])
  for (const { code, message } of receipt.rejected)
    expect(message).toBe(Object.entries(rejections).find(([c]) => c === code)?.[1])
  const command = JSON.parse(ofTopic('cmd')[0]?.body ?? '') as Command
  expect(COMMANDS).toContain(command.cmd)
  expect(Date.parse(command.expires)).not.toBeNaN()
  for (const cmd of COMMANDS) expect(text).toContain(`\`${cmd}\``)
})

test('every rejection code is explained, and no other', () => {
  const section = text.slice(text.indexOf('## Rejected messages'), text.indexOf('## HTTP'))
  const rows = [...section.matchAll(/^\| (`[^|]+) \|/gm)].flatMap((row) => [...(row[1] ?? '').matchAll(/`([^`]+)`/g)])
  expect(rows.map((row) => row[1]).toSorted()).toEqual(Object.keys(rejections).toSorted())
})

test('the limits it names are those of the code', () => {
  const kib = (bytes: number) => `${bytes / 1024} KiB`
  const said = [
    `${kib(limits.MAX_PAYLOAD_BYTES)} a message, ${kib(limits.MAX_BATCH_BYTES)} and ${limits.MAX_BATCH_ITEMS.toLocaleString('en')} items a batch`,
    `up to ${limits.LATE_AFTER_MS / 60_000} minutes old`,
    `more than ${limits.AHEAD_AFTER_MS / 60_000} minutes ahead, or before ${new Date(limits.EARLIEST_CLOCK).getUTCFullYear()}`,
    `at most ${limits.REJECTED_KEPT_PER_HOUR} bodies an hour`,
  ]
  for (const words of said) expect(text).toContain(words)
  expect(limits.SOUNDING_PRESSES_PER_MINUTE).toBe(10)
  expect(text).toContain('ten a minute sound')
})

test('the worked signature is the one that the platform accepts', () => {
  const key = httpKeyOf(/secret `([0-9a-f]{64})`/.exec(text)?.[1] ?? '')
  expect(key.toString('hex')).toBe(fenced('text', 'key'))
  const [head = '', body = ''] = fenced('http').split('\n\n')
  const header = (name: string) => new RegExp(`^${name}: (.+)$`, 'm').exec(head)?.[1]
  const signed = {
    method: 'POST',
    path: /^POST (\S+) HTTP/.exec(head)?.[1] ?? '',
    body: Buffer.from(body),
    contentDigest: header('Content-Digest'),
    signatureInput: header('Signature-Input'),
    signature: header('Signature'),
  }
  expect(keyIdOf(signed)).toBe(signed.path.split('/')[3])
  expect(verifySignature(signed, key)).toBe(true)
  expect(verifySignature({ ...signed, body: Buffer.from(`${body} `) }, key)).toBe(false)
  expect(fenced('text', 'base')).toContain(`"@signature-params": ${signed.signatureInput?.slice('sig1='.length)}`)
})
