import { hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBloodPressure, type BloodPressureFrame } from './blood-pressure.ts'

function decode(hex: string): BloodPressureFrame {
  const decoded = decodeBloodPressure(hexToBytes(hex.replaceAll(' ', '')))
  if (!decoded.ok) throw new Error(decoded.code)
  return decoded.value
}

const quiet = {
  movement: false,
  cuffLoose: false,
  irregularPulse: false,
  pulseRange: 'within',
  improperPosition: false,
}

describe('Blood Pressure Measurement 2A35', () => {
  // Nordic Semiconductor, Android BLE common library, BloodPressureMeasurementDataCallbackTest.
  it('all fields with an unknown year', () => {
    expect(decode('1E 8A00 5800 7800 0000 04 11 14 29 3B 3C00 01 2700')).toEqual({
      unit: 'mmHg',
      systolic: 138,
      diastolic: 88,
      mean: 120,
      at: { year: null, month: 4, day: 17, hour: 20, minute: 41, second: 59 },
      pulse: 60,
      user: 1,
      status: {
        movement: true,
        cuffLoose: true,
        irregularPulse: true,
        pulseRange: 'within',
        improperPosition: true,
        raw: 0x0027,
      },
    })
  })

  // The same test class.
  it('kilopascals and a status without a time', () => {
    expect(decode('15 BDF0 0B00 9FF0 3C00 1200')).toEqual({
      unit: 'kPa',
      systolic: 18.9,
      diastolic: 11,
      mean: 15.9,
      pulse: 60,
      status: { ...quiet, cuffLoose: true, pulseRange: 'below', raw: 0x0012 },
    })
  })

  // The same test class: the values of a kilopascal frame without its flag. Decodes; plausibility is decided elsewhere.
  it('small millimetres of mercury as they were sent', () => {
    expect(decode('00 BDF0 0B00 9FF0')).toEqual({ unit: 'mmHg', systolic: 18.9, diastolic: 11, mean: 15.9 })
  })

  // derdilla/blood-pressure-monitor-fl, ble_measurement_data_test.dart: recorded from a meter.
  it('a recorded meter with time, pulse and status', () => {
    expect(decode('16 7C00 5600 6100 E807 06 0F 11 11 1B 3300 0000')).toEqual({
      unit: 'mmHg',
      systolic: 124,
      diastolic: 86,
      mean: 97,
      at: { year: 2024, month: 6, day: 15, hour: 17, minute: 17, second: 27 },
      pulse: 51,
      status: { ...quiet, raw: 0 },
    })
  })

  // A public test of a decoder; systolic below diastolic is somebody else's decision.
  it('a systolic below the diastolic as it was sent', () => {
    expect(decode('00 4800 5100 4000')).toMatchObject({ systolic: 72, diastolic: 81, mean: 64 })
  })

  it.each(['', '01 02 03 04 05 06', '03 02 03 04 05 06 07', '1F 00 48'])('refuses %s as too short', (hex) => {
    const decoded = decodeBloodPressure(hexToBytes(hex.replaceAll(' ', '')))
    expect(decoded).toEqual({ ok: false, code: 'gatt-too-short' })
  })

  // Recorded from a Beurer BM85; its quirk is described in derdilla/blood-pressure-monitor-fl, pull request 735.
  it('a Beurer BM85: pulse and status big-endian, a user byte its flags deny', () => {
    expect(decode('56 6A00 4700 0000 EA07 08 0B 12 1F 00 003F 00 0000')).toEqual({
      unit: 'mmHg',
      systolic: 106,
      diastolic: 71,
      mean: 0,
      at: { year: 2026, month: 8, day: 11, hour: 18, minute: 31, second: 0 },
      pulse: 63,
      user: 0,
      status: { ...quiet, raw: 0 },
    })
  })

  it('every pulse of a swapped meter is read, with its status', () => {
    for (let pulse = 30; pulse <= 240; pulse++) {
      const hex = `56 6A00 4700 0000 EA07 08 0B 12 1F 00 00${pulse.toString(16).padStart(2, '0')} 01 0004`
      expect(decode(hex)).toMatchObject({ pulse, user: 1, status: { irregularPulse: true, raw: 4 } })
    }
  })

  it('every pulse of a meter that keeps to the standard is read, with or without a user', () => {
    for (let pulse = 30; pulse <= 250; pulse++) {
      const low = pulse.toString(16).padStart(2, '0')
      expect(decode(`14 6A00 4700 0000 ${low}00 0400`)).toMatchObject({ pulse, status: { raw: 4 } })
      expect(decode(`1C 6A00 4700 0000 ${low}00 02 0400`)).toMatchObject({ pulse, user: 2, status: { raw: 4 } })
    }
  })

  it('what is no number is null, and the rest stands', () => {
    expect(decode('04 FF07 0008 0208 FF07')).toEqual({
      unit: 'mmHg',
      systolic: null,
      diastolic: null,
      mean: null,
      pulse: null,
    })
  })

  it('a time no calendar has is left out, and the values stand', () => {
    expect(decode('02 7C00 5600 6100 E807 02 1E 11 11 1B')).toEqual({
      unit: 'mmHg',
      systolic: 124,
      diastolic: 86,
      mean: 97,
    })
  })

  it('no bytes at all make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        const decoded = decodeBloodPressure(bytes)
        expect(decoded.ok || decoded.code === 'gatt-too-short').toBe(true)
      }),
    )
  })
})
