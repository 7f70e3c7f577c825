import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode } from './decode.ts'
import type { Item } from './fact.ts'

const arrivedAt = new Date('2026-11-22T06:00:00Z')
const arrival = { deviceId: 'btn-1', arrivedAt }
const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const one = (topic: string, value: unknown): Item => {
  const [item, ...others] = decode(topic, bytes(value), arrival)
  if (!item || others.length > 0) throw new Error('expected one item')
  return item
}
const factOf = (topic: string, value: unknown) => {
  const item = one(topic, value)
  if (!item.ok) throw new Error(`rejected: ${item.code}`)
  return item.fact
}
const codeOf = (topic: string, value: unknown) => {
  const item = one(topic, value)
  return item.ok ? 'accepted' : item.code
}

describe('golden messages: what each means, byte for byte', () => {
  test('press', () => {
    expect(factOf('press', '{"id":"p1","at":"2026-11-22T13:59:58+08:00","button":"sos","battery":81}')).toEqual({
      type: 'press',
      deviceId: 'btn-1',
      messageId: 'p1',
      time: { at: new Date('2026-11-22T05:59:58Z'), deviceAt: new Date('2026-11-22T05:59:58Z'), marks: [] },
      battery: 81,
    })
  })
  test('blood pressure in mmHg and kPa', () => {
    const mmHg =
      '{"id":"r1","at":"2026-11-22T05:59:00Z","kind":"blood-pressure","systolic":138,"diastolic":88,"pulse":60,"unit":"mmHg","user":1,"irregular":true}'
    expect(factOf('reading', mmHg)).toMatchObject({
      messageId: 'r1',
      measurement: {
        systolic: 138,
        diastolic: 88,
        pulse: 60,
        userNumber: 1,
        irregular: true,
        motion: null,
        plausible: true,
      },
    })
    const kPa = '{"id":"r2","ago":30,"kind":"blood-pressure","systolic":18.4,"diastolic":11.7,"unit":"kPa"}'
    expect(factOf('reading', kPa)).toMatchObject({
      time: { at: new Date('2026-11-22T05:59:30Z'), deviceAt: null, marks: ['clockless'] },
      measurement: { systolic: 138.01, diastolic: 87.76, plausible: true },
    })
  })
  test('glucose in mmol/L and mg/dL', () => {
    expect(
      factOf('reading', '{"id":"g","kind":"glucose","value":6.66,"unit":"mmol/L","meal":"fasting"}'),
    ).toMatchObject({
      measurement: { kind: 'glucose', value: 6.66, meal: 'fasting', plausible: true },
    })
    expect(factOf('reading', '{"id":"g","kind":"glucose","value":120,"unit":"mg/dL"}')).toMatchObject({
      measurement: { value: 6.66, meal: null },
    })
  })
  test('oxygen, weight, temperature', () => {
    expect(factOf('reading', '{"id":"o","kind":"spo2","value":97,"pulse":64}')).toMatchObject({
      measurement: { kind: 'spo2', value: 97, pulse: 64, plausible: true },
    })
    expect(factOf('reading', '{"id":"w","kind":"weight","value":61.4,"unit":"kg"}')).toMatchObject({
      measurement: { kind: 'weight', value: 61.4 },
    })
    expect(factOf('reading', '{"id":"t","kind":"temperature","value":36.6,"unit":"Cel"}')).toMatchObject({
      measurement: { kind: 'temperature', value: 36.6 },
    })
  })
  test('a Bluetooth frame as it came', () => {
    const frame =
      '{"id":"f","kind":"gatt","characteristic":"2a35","hex":"1E8A005800780000000411142 93B3C00012700"}'.replace(
        ' ',
        '',
      )
    expect(factOf('reading', frame)).toMatchObject({
      measurement: { kind: 'blood-pressure', systolic: 138, diastolic: 88, pulse: 60, userNumber: 1, plausible: true },
    })
    const notPlausible = '{"id":"f","kind":"gatt","characteristic":"2A35","hex":"00BDF00B009FF0"}'
    expect(factOf('reading', notPlausible)).toMatchObject({ measurement: { systolic: 18.9, plausible: false } })
  })
  test('tap of a plain badge, and both forms of a SUN message', () => {
    expect(factOf('tap', '{"id":"t1","at":"2026-11-22T06:00:00Z","uid":"04de5f1eacc040"}')).toMatchObject({
      type: 'tap',
      uid: '04DE5F1EACC040',
      sun: null,
    })
    const encrypted = { picc_data: 'EF963FF7828658A599F3041510671E88', cmac: '94EED9EE65337086' }
    expect(factOf('tap', { id: 't2', sun: { ...encrypted, extra: '\u0000' } })).toMatchObject({
      uid: null,
      sun: encrypted,
    })
    const plain = { uid: '041E3C8A2D6B80', ctr: '000006', cmac: '4B00064004B0B3D3' }
    expect(factOf('tap', { id: 't3', sun: plain })).toMatchObject({ sun: plain })
  })
  test('state, will and ack', () => {
    const state =
      '{"at":"2026-11-22T06:00:00Z","online":true,"boot":3,"seq":17,"battery":76.4,"rssi":-71,"firmware":"1.4.2","uptime":3600}'
    expect(factOf('state', state)).toMatchObject({
      online: true,
      boot: 3,
      seq: 17,
      battery: 76,
      rssi: -71,
      uptimeS: 3600,
      tamper: null,
      will: false,
    })
    const [will] = decode('state', bytes('{"online":false,"boot":3}'), { ...arrival, will: true })
    expect(will).toMatchObject({ ok: true, fact: { online: false, boot: 3, seq: null, will: true } })
    expect(factOf('ack', '{"id":"0190-c","result":"played"}')).toEqual({
      type: 'ack',
      deviceId: 'btn-1',
      commandId: '0190-c',
      result: 'played',
    })
  })
  test('a batch: each item for its own device; the wrapping is no part of the body', () => {
    const alone = one('reading', '{"id":"r","kind":"weight","value":61.4,"unit":"kg"}')
    const [own, child, press] = decode(
      'batch',
      bytes(
        '{"items":[{"type":"reading","unit":"kg","id":"r","kind":"weight","value":61.4},{"type":"reading","device":"scale-2","id":"r","kind":"weight","value":61.4,"unit":"kg"},{"type":"press","id":"p","at":"2026-11-22T01:00:00Z"}]}',
      ),
      arrival,
    )
    expect(own).toMatchObject({ ok: true, fact: { deviceId: 'btn-1', time: { marks: ['clockless', 'backfilled'] } } })
    expect(own?.ok && alone.ok && own.canonical === alone.canonical).toBe(true)
    expect(child).toMatchObject({ ok: true, fact: { deviceId: 'scale-2' } })
    expect(press).toMatchObject({ ok: true, fact: { type: 'press', time: { marks: ['late', 'backfilled'] } } })
  })
})

describe('two clocks', () => {
  const marksAt = (at: string) => {
    const fact = factOf('reading', { id: 'w', at, kind: 'weight', value: 60, unit: 'kg' })
    return fact.type === 'reading' ? { marks: fact.time.marks, at: fact.time.at.toISOString() } : null
  }
  test('a late fact keeps its time; a clock that cannot be right is kept and arrival stands in', () => {
    expect(marksAt('2026-11-21T06:00:00Z')).toEqual({ marks: ['late'], at: '2026-11-21T06:00:00.000Z' })
    expect(marksAt('2026-11-22T06:04:59Z')).toEqual({ marks: [], at: '2026-11-22T06:04:59.000Z' })
    expect(marksAt('2027-11-22T06:00:00Z')).toEqual({ marks: ['skewed'], at: arrivedAt.toISOString() })
    expect(marksAt('1970-01-01T00:00:07Z')).toEqual({ marks: ['skewed'], at: arrivedAt.toISOString() })
  })
  test('a clock in a year that no column holds is marked, and arrival stands in', () => {
    for (const at of ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00+08:00', '9999-12-31T23:59:59-08:00']) {
      const fact = factOf('reading', { id: 'w', at, kind: 'weight', value: 60, unit: 'kg' })
      expect(fact).toMatchObject({ time: { at: arrivedAt, deviceAt: null, marks: ['skewed'] } })
    }
  })
  test('a time without offset, a thirteenth month or a 30 February is refused for a reading', () => {
    for (const at of ['2026-11-22T06:00:00', '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', 'yesterday', 7, '']) {
      expect(['bad-time', 'bad-field']).toContain(
        codeOf('reading', { id: 'w', at, kind: 'weight', value: 60, unit: 'kg' }),
      )
    }
  })
})

describe('what is no fact comes back with its code', () => {
  test.each([
    ['reading', '{"id":"r","kind":"weight","value":61.4,"unit":"kg"', 'not-json'],
    ['reading', '[1]', 'not-an-object'],
    ['reading', 'null', 'not-an-object'],
    ['reading', '{"id":"r","kind":"mood","value":1}', 'unknown-kind'],
    ['reading', '{"id":"r","kind":"constructor","value":1}', 'unknown-kind'],
    ['reading', '{"id":"r","kind":{"toString":1}}', 'unknown-kind'],
    ['batch', '{"items":[{"type":{"toString":1},"device":5}]}', 'bad-field'],
    ['batch', `{"items":[${'['.repeat(32_000)}${']'.repeat(32_000)}]}`, 'not-an-object'],
    ['batch', `{"items":[{"type":"tap","x":${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}}]}`, 'bad-text'],
    ['reading', '{"id":"a b","kind":"weight","value":1,"unit":"kg"}', 'bad-id'],
    ['reading', '{"kind":"weight","value":1,"unit":"kg"}', 'bad-id'],
    ['reading', `{"id":"${'x'.repeat(65)}","kind":"weight","value":1,"unit":"kg"}`, 'bad-id'],
    ['reading', '{"id":"r","kind":"weight","value":"1","unit":"kg"}', 'bad-field'],
    ['reading', '{"id":"r","kind":"weight","value":1,"unit":"kg","note":"\\ud800"}', 'bad-text'],
    ['reading', '{"id":"r","kind":"gatt","characteristic":"2A35","hex":"010203040506"}', 'gatt-too-short'],
    ['reading', '{"id":"r","kind":"gatt","characteristic":"2A5F","hex":"01"}', 'gatt-unknown'],
    ['tap', '{"id":"t","uid":"04de5f1eacc04"}', 'bad-field'],
    ['tap', '{"id":"t","sun":{"cmac":"94EED9EE65337086"}}', 'bad-field'],
    ['state', '{"online":"yes"}', 'bad-field'],
    ['state', '{"online":true,"firmware":"\\u0000"}', 'bad-field'],
    ['dance', '{}', 'unknown-topic'],
    ['batch', '{"items":"none"}', 'bad-field'],
  ])('%s %s → %s', (topic, payload, code) => {
    expect(codeOf(topic, payload)).toBe(code)
  })
  test('bytes that are not UTF-8, and too many of them', () => {
    expect(decode('tap', new Uint8Array([0x7b, 0xff, 0x7d]), arrival)).toMatchObject([{ code: 'not-utf8' }])
    expect(decode('tap', new Uint8Array(16 * 1024 + 1), arrival)).toMatchObject([{ code: 'too-large' }])
    expect(decode('batch', new Uint8Array(64 * 1024 + 1), arrival)).toMatchObject([{ code: 'too-large' }])
  })
})

describe('a press, however broken, is a press', () => {
  test('its id is kept when there is one', () => {
    expect(factOf('press', '{"id":"p9","at":"not a time"}')).toMatchObject({
      messageId: 'p9',
      time: { marks: ['clockless', 'unreadable'] },
    })
    expect(factOf('press', '{"id":5}')).toMatchObject({ messageId: null, time: { marks: ['clockless', 'unreadable'] } })
  })
  test('any bytes at all on the press topic raise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (payload) => {
        const items = decode('press', payload, arrival)
        expect(items).toHaveLength(1)
        expect(items[0]).toMatchObject({ ok: true, fact: { type: 'press', deviceId: 'btn-1' } })
      }),
    )
  })
})

test('decoding never throws and never lets unfit text through, whatever comes', () => {
  const topic = fc.constantFrom('press', 'reading', 'tap', 'state', 'batch', 'ack', 'x')
  const field = fc.constantFrom(
    'id',
    'at',
    'ago',
    'kind',
    'value',
    'unit',
    'uid',
    'sun',
    'online',
    'boot',
    'seq',
    'items',
    'type',
    'device',
    'firmware',
    'hex',
    'characteristic',
    'meal',
  )
  const leaf = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('weight', 'kg', 'glucose', 'gatt', '2A35', '00', '\u0000', '\ud800', 1e308, -1, 'press'),
  )
  const message = fc.dictionary(field, leaf)
  const payload = fc.oneof(message, fc.record({ items: fc.array(message) }), fc.jsonValue())
  fc.assert(
    fc.property(topic, payload, (kind, value) => {
      const text = JSON.stringify(value)
      for (const item of decode(kind, bytes(text), arrival)) {
        const out = JSON.stringify(item.ok ? item.fact : [item.code, item.detail, item.messageId])
        expect(out).not.toMatch(/\\u0000|\\ud[89a-f]/i)
      }
    }),
    { numRuns: 2000 },
  )
})
