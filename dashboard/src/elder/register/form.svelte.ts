import type { HomeRow } from '@anju/api/home/schema'
import type { Position } from '@anju/domain/place/position'
import { readDay } from '../../clock/read.ts'
import { idNumberState } from '../edit/id-number.ts'
import { emptyRung, filled, isBlank, type Rung } from '../edit/rung.ts'

type Field = 'name' | 'idNumber' | 'bornOn' | 'areaId' | 'homeId' | 'position' | 'contacts'
/** What keeps a form from being sent, by field; the words are the screen's. */
export type Amiss = Partial<
  Record<Field, 'required' | 'id-number-invalid' | 'no-area' | 'no-home' | 'position' | 'unread'>
>

/** A new elder as a clerk types it. */
export class RegisterForm {
  /** What the page was opened with; it is not yet anything typed. */
  preset = ''
  name = $state('')
  idNumber = $state('')
  sex = $state<'' | 'female' | 'male'>('')
  bornOn = $state('')
  phone = $state('')
  dialect = $state('')
  hearing = $state('')
  where = $state<'new' | 'old'>('new')
  home = $state.raw<HomeRow | null>(null)
  areaId = $state('')
  address = $state('')
  landmark = $state('')
  entryNote = $state('')
  position = $state<Position | null>(null)
  /** Whether what was typed of it is one. */
  positionValid = $state(true)
  contacts = $state<Rung[]>([emptyRung()])
  allergies = $state('')
  medicines = $state('')
  conditions = $state('')
  note = $state('')
  /** What the conditions of services hang on (P4). */
  understands = $state<'yes' | 'no'>('yes')
  withoutFamily = $state<'yes' | 'no'>('no')

  /** Whether anything was typed. */
  get begun(): boolean {
    const { idNumber, phone, bornOn, address, landmark, entryNote, allergies, medicines, conditions, note } = this
    const name = this.name === this.preset ? '' : this.name
    const texts = [name, idNumber, phone, bornOn, address, landmark, entryNote, allergies, medicines, conditions, note]
    return texts.some((text) => text.trim() !== '') || filled(this.contacts).length > 0 || this.served !== null
  }

  /** @param mustChooseArea whether there is more than one community to stand in */
  amiss(mustChooseArea: boolean): Amiss {
    const amiss: Amiss = {}
    if (this.name.trim() === '') amiss.name = 'required'
    if (this.bornOn !== '' && readDay(this.bornOn) === null) amiss.bornOn = 'unread'
    const number = idNumberState(this.idNumber).is
    if (number === 'invalid' || number === 'typing') amiss.idNumber = 'id-number-invalid'
    if (this.where === 'old' && this.home === null) amiss.homeId = 'no-home'
    if (this.where === 'new' && mustChooseArea && this.areaId === '') amiss.areaId = 'no-area'
    if (this.where === 'new' && !this.positionValid) amiss.position = 'position'
    if (this.contacts.some((rung) => !isBlank(rung) && rung.name.trim() === '')) amiss.contacts = 'required'
    return amiss
  }

  /** What was said of how she is to be served; null: nothing out of the ordinary. */
  private get served(): { understands?: false; withoutFamily?: true } | null {
    const understands = this.understands === 'no' ? { understands: false as const } : {}
    const withoutFamily = this.withoutFamily === 'yes' ? { withoutFamily: true as const } : {}
    const served = { ...understands, ...withoutFamily }
    return Object.keys(served).length > 0 ? served : null
  }

  /** As the API takes it: what was left empty is not said. */
  body(): Record<string, unknown> {
    const { name, idNumber, sex, bornOn, phone, dialect, hearing, allergies, medicines, conditions, note } = this
    const contacts = filled(this.contacts).map(({ ...rung }) => rung)
    const texts = said({
      name,
      idNumber,
      sex,
      bornOn,
      phone,
      dialect,
      hearing,
      allergies,
      medicines,
      conditions,
      note,
    })
    const person = { ...texts, ...this.served }
    const ladder = contacts.length > 0 ? { contacts } : {}
    if (this.where === 'old') return { ...person, ...ladder, homeId: this.home?.id }
    const { areaId, address, landmark, entryNote, position } = this
    return { ...person, ...ladder, ...said({ areaId, address, landmark, entryNote }), ...(position && { position }) }
  }
}

function said(texts: Record<string, string>): Record<string, string> {
  const pairs = Object.entries(texts).map(([field, text]) => [field, text.trim()] as const)
  return Object.fromEntries(pairs.filter(([, text]) => text !== ''))
}
