import { hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeGlucose, type GlucoseFrame } from './glucose.ts'

function decode(hex: string): GlucoseFrame {
  const decoded = decodeGlucose(hexToBytes(hex.replaceAll(' ', '')))
  if (!decoded.ok) throw new Error(decoded.code)
  return decoded.value
}

describe('Glucose Measurement 2A18', () => {
  // From a public decoder's tests: a test of the format, not of blood.
  it('all fields, the time after its offset', () => {
    const frame = decode('1B 0100 E307 02 1B 0B 0A 1E FBFF 1E00 12 0501')
    expect(frame).toEqual({
      sequence: 1,
      at: { year: 2019, month: 2, day: 27, hour: 11, minute: 5, second: 30 },
      value: 30_000_000 / 180.16,
      raw: { value: 30, unit: 'kg/L' },
      sampleType: 2,
      location: 1,
      controlSolution: false,
      status: 0x0105,
      contextFollows: true,
    })
  })

  // From the same tests.
  it('refuses a frame too short for its flags', () => {
    const decoded = decodeGlucose(hexToBytes('1B0000E207041A0B091E1E00120501'))
    expect(decoded).toEqual({ ok: false, code: 'gatt-too-short' })
    expect(decodeGlucose(new Uint8Array())).toEqual({ ok: false, code: 'gatt-too-short' })
  })

  // Recorded from a meter.
  it('120 mg/dL is 6.66 mmol/L', () => {
    const frame = decode('03 0600 E407 04 0D 10 26 0A 0000 78B0 F1')
    expect(frame).toMatchObject({
      sequence: 6,
      at: { year: 2020, month: 4, day: 13, hour: 16, minute: 38, second: 10 },
      raw: { value: 0.0012, unit: 'kg/L' },
      sampleType: 1,
      location: 15,
      controlSolution: false,
    })
    expect(frame.value).toBeCloseTo(6.66, 2)
  })

  it('moles per litre become millimoles', () => {
    expect(decode('06 0700 E407 04 0D 10 26 0A 42C0 11')).toMatchObject({ value: 6.6, raw: { unit: 'mol/L' } })
  })

  it('control solution is named', () => {
    expect(decode('02 0700 E407 04 0D 10 26 0A 78B0 4A')).toMatchObject({ controlSolution: true, location: 4 })
  })

  it('a frame without a number has no value', () => {
    expect(decode('02 0700 E407 04 0D 10 26 0A FF07 11').value).toBeNull()
    expect(decode('00 0700 E407 04 0D 10 26 0A')).toMatchObject({ value: null, controlSolution: false })
  })

  it('the offset carries over midnight, month and year', () => {
    expect(decode('01 0700 E707 0C 1F 17 3B 00 0200').at).toMatchObject({
      year: 2024,
      month: 1,
      day: 1,
      hour: 0,
      minute: 1,
    })
    expect(decode('01 0700 0000 03 01 00 00 00 FFFF').at).toMatchObject({ year: null, month: 2, day: 29, hour: 23 })
  })

  it('a time that cannot be known is left out', () => {
    expect(decode('01 0700 E707 0C 1F 17 3B 00 FF7F')).not.toHaveProperty('at')
    expect(decode('01 0700 E707 00 00 17 3B 00 0100')).not.toHaveProperty('at')
    expect(decode('00 0700 E707 0D 01 17 3B 00')).not.toHaveProperty('at')
  })

  it('no bytes at all make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        const decoded = decodeGlucose(bytes)
        expect(decoded.ok || decoded.code === 'gatt-too-short').toBe(true)
      }),
    )
  })
})
