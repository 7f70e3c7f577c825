import { word } from '../messages/word.ts'
import type { Messages } from '../messages/zh-CN.ts'

/** What was done to a file, in a word. */
export const actionWord = (m: Messages, action: string): string => word(m.people.history.action, action)

/** The fields a change touched, in words. */
export const fieldWords = (m: Messages, fields: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(fields).map((field) => word(m.people.field, field))

/** A stored value as a person reads it; ids and structures say only that they are there. */
export function valueWords(m: Messages, field: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return m.people.conflict.empty
  if (field === 'sex' && (value === 'female' || value === 'male')) return m.sex[value]
  if (field === 'kind' && typeof value === 'string') return word(m.people.absence.kinds, value)
  if (field === 'contacts' && Array.isArray(value)) return value.map(contactWords).join('；') || m.people.conflict.empty
  if (typeof value === 'object') return positionWords(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
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
