import { describe, expect, test } from 'vitest'
import { roles } from '../access/role.ts'
import {
  canDecide,
  EXCEPTION_ACTIONS,
  EXCEPTION_STATES,
  type ExceptionAction,
  type ExceptionState,
  recheck,
} from './exception.ts'

const allowed = (state: ExceptionState, role: string, more: { disputed?: boolean; decidedBy?: string } = {}) => {
  const asked = { state, decidedBy: more.decidedBy ?? null, disputed: more.disputed ?? false, caregiverId: 'own' }
  const verdicts = canDecide(asked, { id: 'me', role, caregiverId: role === 'caregiver' ? 'own' : null })
  return EXCEPTION_ACTIONS.filter((action) => verdicts[action].allowed)
}

type Table = Record<ExceptionState, ExceptionAction[]>
const tables: [string, Table][] = [
  ['provider', { open: ['fix'], investigating: [], fixed: [], acknowledged: [], cleared: [] }],
  [
    'bureau',
    {
      open: ['acknowledge', 'investigate'],
      investigating: ['acknowledge', 'undo'],
      fixed: ['acknowledge', 'investigate', 'undo'],
      acknowledged: ['investigate', 'undo'],
      cleared: [],
    },
  ],
  ['caregiver', { open: ['dispute'], investigating: ['dispute'], fixed: [], acknowledged: [], cleared: [] }],
  [
    'administrator', // may all of it but what is a caregiver's own
    {
      open: ['fix', 'acknowledge', 'investigate'],
      investigating: ['acknowledge', 'undo'],
      fixed: ['acknowledge', 'investigate', 'undo'],
      acknowledged: ['investigate', 'undo'],
      cleared: [],
    },
  ],
]
describe.each(tables)('what a %s may do', (role, table) => {
  test.each(EXCEPTION_STATES)('%s', (state) => {
    expect(allowed(state, role)).toEqual(table[state])
  })
})

test('everybody else looks and touches nothing', () => {
  const deciders = tables.map(([role]) => role)
  for (const role of [...roles.filter((one) => !deciders.includes(one)), 'nobody'])
    for (const state of EXCEPTION_STATES) expect([role, allowed(state, role)]).toEqual([role, []])
})

test('whoever fixed it takes it back; another of the provider does not', () => {
  expect(allowed('fixed', 'provider', { decidedBy: 'me' })).toEqual(['undo'])
  expect(allowed('fixed', 'provider', { decidedBy: 'colleague' })).toEqual([])
})

test('a dispute is given once, and by its own caregiver', () => {
  expect(allowed('open', 'caregiver', { disputed: true })).toEqual([])
  const other = canDecide(
    { state: 'open', decidedBy: null, disputed: false, caregiverId: 'other' },
    { id: 'me', role: 'caregiver', caregiverId: 'own' },
  )
  expect(other.dispute).toEqual({ allowed: false, reason: 'not-allowed' })
})

test.each([
  [null, 'keep', 'raise', 'raise'],
  ['open', 'clear', 'keep', 'update'],
  ['investigating', 'keep', 'keep', 'update'],
  ['fixed', 'keep', 'keep', 'reopen'],
  ['acknowledged', 'keep', 'keep', 'reopen'],
  ['cleared', 'keep', 'raise', 'raise'],
] as const)('%s, looked for again: gone %s, the same %s, changed %s', (state, gone, same, changed) => {
  expect([recheck(state, null), recheck(state, 'same'), recheck(state, 'changed')]).toEqual([gone, same, changed])
})
