import type { ServiceRow } from '@anju/api/catalogue/schema'
import type { ServiceCategory } from '@anju/domain/visit/catalogue'
import type { ConditionKind, Substitute } from '@anju/domain/visit/condition'
import type { CredentialKind } from '@anju/domain/visit/credential'
import { fenOf, yuan } from '../credential/words.ts'
import type { Messages } from '../messages/zh-CN.ts'

/** A service as it is typed; an empty amount stays empty: none is invented. */
export type ServiceFields = {
  code: string
  category: ServiceCategory
  name: string
  note: string
  unit: string
  priceFen: string
  minMinutes: string
  conditions: ConditionKind[]
  familySubstitute: Substitute | ''
  credentials: CredentialKind[]
  photos: boolean
  source: string
}

/** What the platform tells of a service that was changed meanwhile. */
export type HeldService = Omit<ServiceRow, 'id' | 'area' | 'retiredAt' | 'can'>

export const blankService: ServiceFields = {
  code: '',
  category: 'custom',
  name: '',
  note: '',
  unit: '',
  priceFen: '',
  minMinutes: '',
  conditions: [],
  familySubstitute: '',
  credentials: [],
  photos: true,
  source: '',
}

export function typedOf(held: HeldService): ServiceFields {
  const { code, category, name, note, unit, conditions, credentials, photos, source } = held
  return {
    ...{ code, category, name, note, unit, conditions, credentials, photos, source },
    priceFen: yuan(held.priceFen),
    minMinutes: held.minMinutes === null ? '' : String(held.minMinutes),
    familySubstitute: held.familySubstitute ?? '',
  }
}

/** What is sent for what was typed. */
export function sentOf(typed: Partial<ServiceFields>): Record<string, unknown> {
  const { priceFen, minMinutes, familySubstitute, ...rest } = typed
  return {
    ...rest,
    ...(priceFen !== undefined && { priceFen: priceFen.trim() === '' ? null : fenOf(priceFen) }),
    ...(minMinutes !== undefined && { minMinutes: minMinutes.trim() === '' ? null : Number(minMinutes.trim()) }),
    ...(familySubstitute !== undefined && { familySubstitute: familySubstitute || null }),
  }
}

/** Why a service cannot be saved as it is typed; '' when it can. */
export function serviceAmiss(m: Messages, { code, name, priceFen, minMinutes }: ServiceFields): string {
  const words = m.staff.fitness.service
  if (!/^[0-9A-Za-z.-]{1,12}$/.test(code)) return words.codeBad
  if (name.trim() === '') return m.because(words.name, m.staff.required)
  if (priceFen.trim() !== '' && fenOf(priceFen) === null) return words.priceBad
  const minutes = minMinutes.trim()
  return minutes !== '' && !(/^\d{1,4}$/.test(minutes) && Number(minutes) <= 1440) ? words.minutesBad : ''
}
