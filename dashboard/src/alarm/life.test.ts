import { expect, test } from 'vitest'
import type { AlarmFile } from '../api/shapes.ts'
import { isLate } from './late.ts'
import { shelfEnds } from './shelf.ts'
import { activeOf, ladderOf, lettered } from './steps.ts'

const contact = (id: string, rung: number, role: 'family' | 'neighbour' | 'doctor', callable = true) => ({
  id,
  rung,
  name: id,
  relation: '',
  phone: callable ? `1380000000${rung}` : '',
  role,
  callable,
  last: null,
})

/** As much of an alarm as the ladder reads. */
function file(over: Partial<AlarmFile>): AlarmFile {
  const part: Partial<AlarmFile> = {
    steps: [],
    voices: [],
    caregivers: [
      {
        id: 'carer',
        name: '服务人员',
        phone: '13900000000',
        provider: { id: 'p', name: '站' },
        lastTap: null,
        missing: [],
      },
    ],
    playbook: {
      id: null,
      steps: (['speak', 'family', 'ambulance', 'helper'] as const).map((step) => ({ step, script: '' })),
    },
    ...over,
  }
  const elder = {
    id: 'e',
    name: '王',
    age: 80,
    sex: null,
    dialect: '',
    hearing: '',
    allergies: '',
    conditions: '',
    medicines: '',
    phone: '13700000000',
    contacts: [
      contact('son', 2, 'family'),
      contact('gone', 1, 'family', false),
      contact('next door', 3, 'neighbour'),
      contact('doctor', 4, 'doctor'),
    ],
  }
  return { elder, ...part } as AlarmFile
}
const step = (over: Partial<AlarmFile['steps'][number]>): AlarmFile['steps'][number] => ({
  id: 's',
  step: 'family',
  begunAt: '2026-11-22T02:00:00.000Z',
  begunBy: null,
  contactId: null,
  caregiverId: null,
  deviceId: null,
  endedAt: null,
  outcome: null,
  note: '',
  ...over,
})

test('the ladder is numbered as the playbook has it, and each row knows whom it reaches', () => {
  const rows = ladderOf(file({}))
  expect(rows.map(({ n, step, next }) => [n, step, next?.phone])).toEqual([
    [1, 'speak', '13700000000'],
    [2, 'family', '13800000002'], // the first rung has no number that may be rung
    [3, 'ambulance', '120'],
    [4, 'helper', '13800000003'],
  ])
  expect(rows[3]?.targets.map(({ key }) => key)).toEqual(['next door', 'doctor', 'carer'])
})

test('who was tried is followed by who was not, and after all of them by the first again', () => {
  const tried = [step({ id: 'a', step: 'helper', contactId: 'next door', endedAt: 'x', outcome: 'no-answer' })]
  expect(ladderOf(file({ steps: tried }))[3]?.next?.key).toBe('doctor')
  const all = ['doctor', 'next door'].map((contactId) => step({ id: contactId, step: 'helper', contactId }))
  const carer = step({ id: 'c', step: 'helper', caregiverId: 'carer' })
  expect(ladderOf(file({ steps: [...all, carer] }))[3]?.next?.key).toBe('next door')
})

test('a step begun that an edited playbook lacks stays in sight', () => {
  const rows = ladderOf(file({ steps: [step({ step: 'police' })] }))
  expect(rows.at(-1)).toMatchObject({ n: 5, step: 'police', running: [{ id: 's' }] })
})

test('a village’s devices have nobody to speak to, unless the county wrote what to say', () => {
  const village = { elder: null, home: null, devices: ['one', 'other'] }
  const steps = (over: Partial<AlarmFile> = {}) => ladderOf(file({ ...village, ...over })).map((row) => row.step)
  expect(steps()).toEqual(['ambulance', 'helper'])
  const script = { id: null, steps: [{ step: 'speak' as const, script: '先问供电所' }] }
  expect(steps({ playbook: script })).toEqual(['speak'])
  expect(steps({ steps: [step({ step: 'family' })] })).toEqual(['ambulance', 'helper', 'family'])
  expect(steps({ devices: ['one'] })).toHaveLength(4)
})

test('letters mean the step chosen while it runs, else the one begun last', () => {
  const steps = [step({ id: 'early' }), step({ id: 'late', step: 'speak', begunAt: '2026-11-22T02:01:00.000Z' })]
  const rows = ladderOf(file({ steps }))
  expect(activeOf(rows, null)?.id).toBe('late')
  expect(activeOf(rows, 'early')?.id).toBe('early')
  expect(activeOf(rows, 'ended')?.id).toBe('late')
  expect(lettered('speak').map(({ letter, outcome }) => `${letter} ${outcome}`)).toEqual([
    'a spoke',
    'b no-answer',
    'c not-understood',
    'd left-off',
  ])
})

test('what is shelved comes back within a day, and with the next morning of its own zone', () => {
  const ends = (at: string): string[] => shelfEnds(Date.parse(at), 'Asia/Shanghai').map(({ at }) => at.toISOString())
  expect(ends('2026-11-22T15:00:00.000Z').at(-1)).toBe('2026-11-23T00:00:00.000Z') // 23:00 there; 8:00 there
  expect(ends('2026-11-22T21:00:00.000Z').at(-1)).toBe('2026-11-23T00:00:00.000Z') // 5:00 there
})

test('a fact is late from five minutes on; one without a clock never is', () => {
  const receivedAt = '2026-11-22T03:10:00.000Z'
  expect(isLate({ at: '2026-11-22T03:04:59.000Z', receivedAt })).toBe(true)
  expect(isLate({ at: '2026-11-22T03:05:01.000Z', receivedAt })).toBe(false)
  expect(isLate({ at: null, receivedAt })).toBe(false)
})
