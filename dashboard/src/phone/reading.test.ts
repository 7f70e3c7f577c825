import { expect, test } from 'vitest'
import { readingOf, type Typed } from './reading.ts'

const typed = (first: string, more: Partial<Typed> = {}): Typed => ({
  first,
  second: '',
  pulse: '',
  meal: 'random',
  ...more,
})

test('a reading typed is the wire contract’s', () => {
  expect(readingOf('blood-pressure', typed('142', { second: '88', pulse: '71' }))).toEqual({
    kind: 'blood-pressure',
    systolic: 142,
    diastolic: 88,
    unit: 'mmHg',
    pulse: 71,
  })
  expect(readingOf('glucose', typed('6。8', { meal: 'fasting' }))).toEqual({
    kind: 'glucose',
    value: 6.8,
    unit: 'mmol/L',
    meal: 'fasting',
  })
  expect(readingOf('temperature', typed('３６．５'))).toEqual({ kind: 'temperature', value: 36.5, unit: 'Cel' })
  expect(readingOf('spo2', typed('97'))).toEqual({ kind: 'spo2', value: 97 })
  expect(readingOf('weight', typed('52.4'))).toEqual({ kind: 'weight', value: 52.4, unit: 'kg' })
})

test.each([
  ['blood-pressure', typed('88', { second: '142' })],
  ['blood-pressure', typed('142')],
  ['blood-pressure', typed('1420', { second: '88' })],
  ['spo2', typed('197')],
  ['spo2', typed('97', { pulse: 'x' })],
  ['weight', typed('-5')],
  ['temperature', typed('')],
] as const)('a slip of the finger is no reading: %s %j', (kind, slip) => {
  expect(readingOf(kind, slip)).toBe(null)
})
