import { expect, test } from 'vitest'
import { bloodPressureFrame, sfloat } from './gatt.ts'

test('SFLOAT writes whole and broken numbers as IEEE 11073-20601 does', () => {
  expect(sfloat(114)).toEqual([0x72, 0x00])
  expect(sfloat(120)).toEqual([0x78, 0x00])
  expect(sfloat(36.4)).toEqual([0x6c, 0xf1])
  expect(sfloat(-1)).toEqual([0xff, 0x0f])
  expect(sfloat(5.55)).toEqual([0x2b, 0xe2])
  expect(sfloat(6000)).toEqual([0x58, 0x12])
  expect(sfloat(0)).toEqual([0x00, 0x00])
  expect(() => sfloat(3.14159)).toThrow(RangeError)
})

test('a blood pressure frame with every field is these bytes', () => {
  const frame = bloodPressureFrame({
    systolic: 138,
    diastolic: 84,
    unit: 'mmHg',
    pulse: 72,
    user: 2,
    irregular: true,
    motion: true,
    atMs: Date.parse('2026-11-22T08:05:09+08:00'),
  })
  //                   flags sys  dia  map  year mo d  h  m  s  pulse user status
  expect(frame).toBe('1e' + '8a00' + '5400' + '6600' + 'ea07' + '0b16080509' + '4800' + '02' + '0500')
})

test('a frame in kPa without options is flags and three values', () => {
  expect(bloodPressureFrame({ systolic: 18.4, diastolic: 11.2, unit: 'kPa' })).toBe('01' + 'b8f0' + '70f0' + '88f0')
})
