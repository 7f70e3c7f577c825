import { fitnessWords } from '../credential/words.ts'
import { word } from '../messages/word.ts'
import type { Messages } from '../messages/zh-CN.ts'

/** What has a history: each kind has words of its own for what is done to it, and shares those for its fields. */
export type Subject = 'elder' | 'home' | 'device' | 'staff' | 'rule' | 'call' | 'fitness'

/** What was done, in a word. */
export function actionWord(m: Messages, subject: Subject, action: string): string {
  const own = { elder: m.people.history.action, home: m.people.history.action }
  const others = { device: m.fleet.history.actions, staff: m.staff.user.actions, call: m.service.calls.actions }
  return word({ ...own, ...others, rule: {}, fitness: m.staff.fitness.history.actions }[subject], action)
}

function fieldTable(m: Messages, subject: Subject): Record<string, string> {
  const { priority, first, last, progress } = m.office.rule
  const rule = { priority, first, last, progress }
  const own = {
    elder: {},
    home: {},
    device: m.fleet.history.fields,
    staff: m.staff.user.fields,
    rule,
    call: m.service.calls.fields,
    fitness: m.staff.fitness.history.fields,
  }
  return { ...m.people.field, ...own[subject] }
}

/** How a field is called. */
export const fieldWord = (m: Messages, subject: Subject, field: string): string => word(fieldTable(m, subject), field)

/** How a change can be taken back, and where it is filed, tell a person nothing. */
const hidden = new Set(['undo', 'homeId', 'elderId', 'into', 'residence', 'devices', 'idNumberTaken', 'version'])
const isId = (value: unknown): boolean =>
  typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
export const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === ''

type Touched = { action: string; before: Record<string, unknown>; after: Record<string, unknown> }

/** The fields a change touched that say something to a person; of a device's registration everything would. */
export function fieldsTouched(m: Messages, subject: Subject, { action, before, after }: Touched): string[] {
  if (subject === 'device' && action === 'registered') return []
  const known = fieldTable(m, subject)
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) =>
      Object.hasOwn(known, field) &&
      !hidden.has(field) &&
      !isId(before[field]) &&
      !isId(after[field]) &&
      !(isEmpty(before[field]) && isEmpty(after[field])),
  )
}

/** A stored value as a person reads it; `time` says an instant. */
export function valueWords(m: Messages, field: string, value: unknown, time: (at: string) => string): string {
  if (isEmpty(value)) return m.people.conflict.empty
  const own = fitnessWords(m, field, value)
  if (own !== null) return own
  if (Array.isArray(value)) return value.map(contactWords).join('；') || m.people.conflict.empty
  if (typeof value === 'object' && value !== null) return positionWords(value)
  if (typeof value !== 'string') return JSON.stringify(value)
  if (field === 'entryNote') return word(m.people.entry.history, value)
  if (field === 'sex') return word(m.sex, value)
  if (field === 'kind') return word(m.people.absence.kinds, value)
  if (field === 'role') return word(m.role, value)
  return /^\d{4}-\d\d-\d\dT/.test(value) ? time(value) : value
}

function contactWords(contact: unknown): string {
  if (typeof contact !== 'object' || contact === null) return String(contact)
  return ['name', 'relation', 'phone']
    .map((key) => String(Reflect.get(contact, key) ?? ''))
    .filter(Boolean)
    .join(' ')
}

function positionWords(value: object): string {
  return Object.values(value)
    .filter((each) => typeof each === 'number' || typeof each === 'string')
    .join(' ')
}
