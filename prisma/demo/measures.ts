import type { DeviceKind } from '@anju/domain/device/kinds'
import type { Usual } from './life.ts'
import { DAY_MS, weekday, type PlannedElder } from './plan.ts'
import { isFeast } from './turns.ts'
import type { Random } from './random.ts'

/** A measurement as the meter's JSON has it, and the local hour it is taken at. */
export type Measured = { hours: number; body: Record<string, unknown> }

/** Higher in the cold months: some 5 mmHg between January and July. */
const season = (day: Date): number => 5 * Math.cos(((day.getTime() / DAY_MS - 18) / 365.25) * 2 * Math.PI)

/** What this person measures with a meter of that kind on a day that begins at `day`; nothing on most days for some. */
export function measuresOf(random: Random, kind: DeviceKind, elder: PlannedElder, day: Date): Measured[] {
  const { usual } = elder
  switch (kind) {
    case 'bp-meter': {
      if (!random.chance(usual.diligence)) return []
      const morning = usual.wakes + random.between(0.4, 1.3)
      const twice = random.chance(elder.health.includes('hypertension') ? 0.3 : 0.1)
      return [
        { hours: morning, body: pressure(random, elder, day, 3) },
        ...(twice ? [{ hours: usual.sleeps - random.between(0.5, 2), body: pressure(random, elder, day, -3) }] : []),
      ]
    }
    case 'glucose-meter': {
      if (weekday(day) % 2 !== 1 || !random.chance(usual.diligence)) return []
      const fasting = { hours: usual.wakes + random.between(0.1, 0.6), body: glucose(random, usual, day, 'fasting') }
      const after = { hours: random.between(13.5, 14.5), body: glucose(random, usual, day, 'after-meal') }
      return random.chance(0.25) ? [fasting, after] : [fasting]
    }
    case 'oximeter': {
      if (!random.chance(usual.diligence * 0.8)) return []
      const value = Math.round(Math.min(100, Math.max(84, random.around(usual.spo2, 1))))
      const pulse = Math.round(random.around(usual.pulse, 5))
      return [{ hours: random.between(8, 10), body: { kind: 'spo2', value, pulse } }]
    }
    case 'scale': {
      if (weekday(day) !== 0 || !random.chance(usual.diligence)) return []
      const value = tenths(random.around(usual.weight + 0.25 * Math.sin(day.getTime() / DAY_MS / 17), 0.25))
      return [{ hours: usual.wakes + random.between(0.2, 0.8), body: { kind: 'weight', value, unit: 'kg' } }]
    }
    case 'thermometer': {
      if (!random.chance(0.07)) return []
      const fever = random.chance(0.12)
      const value = tenths(random.around(fever ? 37.9 : 36.4, fever ? 0.4 : 0.25))
      return [{ hours: random.between(9, 20), body: { kind: 'temperature', value, unit: 'Cel' } }]
    }
    default:
      return []
  }
}

function pressure(random: Random, { usual, health }: PlannedElder, day: Date, ofDay: number): Record<string, unknown> {
  if (random.chance(0.003)) {
    // The cuff slipped.
    return { kind: 'blood-pressure', systolic: random.whole(31, 46), diastolic: random.whole(8, 18), unit: 'mmHg' }
  }
  const strain = random.around(0, 6)
  const systolic = Math.round(usual.systolic + ofDay + season(day) + (isFeast(day) ? 4 : 0) + strain)
  const diastolic = Math.round(usual.diastolic + season(day) * 0.4 + strain * 0.5 + random.around(0, 2))
  const irregular = random.chance(health.includes('heart-failure') ? 0.08 : 0.01)
  return {
    kind: 'blood-pressure',
    systolic,
    diastolic: Math.min(diastolic, systolic - 18),
    pulse: Math.round(random.around(usual.pulse, 5)),
    unit: 'mmHg',
    ...(irregular ? { irregular } : {}),
    ...(random.chance(0.015) ? { motion: true } : {}),
  }
}

function glucose(random: Random, usual: Usual, day: Date, meal: 'fasting' | 'after-meal'): Record<string, unknown> {
  const eaten = meal === 'fasting' ? 0 : random.between(1.5, 3.4)
  const value = Math.max(3.1, random.around(usual.glucose + eaten + (isFeast(day) ? 0.9 : 0), 0.55))
  return { kind: 'glucose', value: tenths(value), unit: 'mmol/L', meal }
}

const tenths = (value: number): number => Math.round(value * 10) / 10
