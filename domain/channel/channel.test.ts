import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alarmKinds, ESCALATIONS } from '../alarm/kinds.ts'
import { excerpt, refusedBy } from './answer.ts'
import { wrongSettings } from './check.ts'
import { decideHealth, DOWN_AFTER_MS, DOWN_FAILURES } from './down.ts'
import { letterOf, lineOf, type Notice } from './notice.ts'
import {
  changedSettings,
  type ChannelSettings,
  type EmailSettings,
  keepingSecret,
  shown,
  type SmsSettings,
} from './settings.ts'
import { fill, insideJson, placeholdersOf } from './template.ts'

const t0 = new Date('2026-11-22T18:05:00Z')
const at = (ms: number) => new Date(t0.getTime() + ms)

describe('what leaves the house', () => {
  const notice: Notice = {
    kind: 'emergency-press',
    priority: 'high',
    place: '青石村',
    since: t0,
    timeZone: 'Asia/Shanghai',
    reason: 'no-seat',
    about: null,
    drill: false,
    more: null,
    link: 'https://a.example/alarms/1',
  }
  test('is one line with kind, place, time of the place and the way there', () => {
    expect(lineOf(notice, 'zh-CN')).toBe('高 紧急呼叫，青石村，11-23 02:05 起，无人在岗。 https://a.example/alarms/1')
    expect(lineOf({ ...notice, link: null, drill: true }, 'en')).toBe(
      'DRILL High: emergency press, 青石村, since 11-23 02:05, no one is at the desk.',
    )
  })
  test('names a channel that is down', () => {
    const down = { ...notice, kind: 'channel-down', priority: 'medium', reason: null, about: '短信' } as const
    expect(lineOf(down, 'zh-CN')).toContain('中 通知渠道不通“短信”，青石村')
    expect(letterOf(down, 'en').subject).toBe('[Anju] Medium: notification channel down “短信” 青石村')
  })
  test.each(['zh-CN', 'en'] as const)('has words for every kind and reason in %s', (language) => {
    for (const kind of alarmKinds) {
      for (const reason of ESCALATIONS) expect(lineOf({ ...notice, kind, reason }, language)).not.toContain('undefined')
    }
  })
})

describe('a gateway’s template', () => {
  test('names its placeholders, and JSON’s braces are none', () => {
    expect(placeholdersOf('{"a":{"b":1},"to":"{phone}","x":"{nobody}"}')).toEqual(['phone', 'nobody'])
  })
  test('filled with anything stays JSON that says exactly that', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, secret) => {
        const filled = fill('{"t":"{text}","s":"{secret}"}', { phone: '1', text, id: '1', secret }, insideJson)
        expect(JSON.parse(filled)).toEqual({ t: text, s: secret })
      }),
      { numRuns: 50 },
    )
  })
  test('does not fill what was filled in', () => {
    expect(fill('{text}', { phone: '1', text: '{secret}', id: '', secret: 's' }, (value) => value)).toBe('{secret}')
  })
})

describe('a gateway’s answer', () => {
  const success = { contains: '', path: 'data.0.code', equals: '0' }
  test.each([
    [200, '{"data":[{"code":0}]}', null],
    [200, '{"data":[{"code":"0"}]}', null],
    [200, '{"data":[{"code":105}]}', 'data.0.code is "105", not "0"'],
    [200, '{"data":[]}', 'the answer has no data.0.code'],
    [200, '<html>', 'the answer has no data.0.code'],
    [200, 'null', 'the answer has no data.0.code'],
    [500, '{"data":[{"code":0}]}', 'answered 500'],
  ])('%i %s → %s', (status, body, expected) => {
    expect(refusedBy(success, status, body)).toBe(expected)
  })
  test('may be judged by what it holds, or by its status alone', () => {
    expect(refusedBy({ contains: 'OK', path: '', equals: '' }, 200, 'xOKx')).toBeNull()
    expect(refusedBy({ contains: 'OK', path: '', equals: '' }, 200, 'no')).toContain('"OK"')
    expect(refusedBy({ contains: '', path: '', equals: '' }, 204, '')).toBeNull()
  })
  test('is kept short, on one line, without telephone numbers', () => {
    expect(excerpt(`a\u0000b\n13800000001 ${'x'.repeat(300)}`)).toMatch(/^a b …01 x+…$/)
    expect(excerpt('x'.repeat(300))).toHaveLength(200)
  })
})

describe('a channel’s health', () => {
  const healthy = { failingSince: null, failures: 0, told: false }
  test('is down after enough failures over enough time, and is told once', () => {
    const failing = { failingSince: t0, failures: DOWN_FAILURES - 1, told: false }
    expect(decideHealth(failing, false, at(DOWN_AFTER_MS - 1)).alarm).toBeNull()
    expect(decideHealth(failing, false, at(DOWN_AFTER_MS)).alarm).toBe('raise')
    expect(decideHealth({ ...failing, failures: 0 }, false, at(DOWN_AFTER_MS)).alarm).toBeNull()
    expect(decideHealth({ ...failing, told: true }, false, at(DOWN_AFTER_MS)).alarm).toBeNull()
  })
  test('one success ends it, whatever came before', () => {
    expect(decideHealth({ failingSince: t0, failures: 9, told: true }, true, at(1))).toEqual({
      failingSince: null,
      failures: 0,
      alarm: 'clear',
    })
    expect(decideHealth(healthy, true, t0)).toEqual({ failingSince: null, failures: 0, alarm: null })
    expect(decideHealth(healthy, false, t0)).toEqual({ failingSince: t0, failures: 1, alarm: null })
  })
})

const sms: SmsSettings = {
  method: 'POST',
  url: 'https://sms.example/send',
  headers: [],
  encoding: 'form',
  gbk: true,
  body: 'mobile={phone}&content={text}',
  secret: '',
  success: { contains: '', path: '', equals: '' },
  language: 'zh-CN',
}
const email: EmailSettings = {
  host: 'smtp.example',
  port: 465,
  security: 'tls',
  authority: '',
  user: 'u',
  password: 'p',
  from: 'a@b.example',
  to: ['c@d.example'],
  language: 'zh-CN',
}

describe('settings', () => {
  const cases: [ChannelSettings, string[]][] = [
    [{ kind: 'webhook', settings: { url: 'https://a.example', secret: 's' } }, []],
    [{ kind: 'webhook', settings: { url: 'ftp://a', secret: '' } }, ['url address-invalid', 'secret secret-missing']],
    [{ kind: 'sms', settings: sms }, []],
    [{ kind: 'sms', settings: { ...sms, body: 'x={text}' } }, ['body phone-missing']],
    [{ kind: 'sms', settings: { ...sms, body: `${sms.body}&k={secret}` } }, ['secret secret-missing']],
    [{ kind: 'sms', settings: { ...sms, body: `${sms.body}&k={key}` } }, ['body placeholder-unknown']],
    [{ kind: 'sms', settings: { ...sms, encoding: 'json' } }, ['body json-broken']],
    [{ kind: 'sms', settings: { ...sms, method: 'GET', body: '' } }, ['url text-missing', 'url phone-missing']],
    [{ kind: 'sms', settings: { ...sms, headers: [{ name: 'a b', value: '1' }] } }, ['headers header-invalid']],
    [
      { kind: 'sms', settings: { ...sms, success: { contains: '', path: 'a..b', equals: '' } } },
      ['path path-invalid', 'equals path-without-value'],
    ],
    [{ kind: 'email', settings: email }, []],
    [{ kind: 'email', settings: { ...email, to: ['c@d.example', 'nobody'] } }, ['to mail-invalid']],
    [{ kind: 'email', settings: { ...email, security: 'none' } }, ['security sign-in-in-the-clear']],
    [{ kind: 'email', settings: { ...email, password: '' } }, ['password password-missing']],
    [{ kind: 'email', settings: { ...email, host: 'smtp://x y' } }, ['host host-invalid']],
  ]
  test.each(cases)('%j is wrong in %j', (channel, expected) => {
    expect(wrongSettings(channel).map(({ field, problem }) => `${field} ${problem}`)).toEqual(expected)
  })
  test('are shown without their secret, and a change that names none keeps it', () => {
    const kept: ChannelSettings = { kind: 'email', settings: email }
    const seen = shown(kept)
    expect(JSON.stringify(seen)).not.toContain('"p"')
    expect(seen.secretKept).toBe(true)
    const change: ChannelSettings = { kind: 'email', settings: { ...email, password: '', host: 'other.example' } }
    expect(keepingSecret(change, kept)).toEqual({ kind: 'email', settings: { ...email, host: 'other.example' } })
    expect(changedSettings(kept, keepingSecret(change, kept))).toEqual(['host'])
  })
})
