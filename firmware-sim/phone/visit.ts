import type { Random } from '../random.ts'
import type { Written } from '../tag/door-tag.ts'
import { photoOfRoom, signature } from './picture.ts'
import type { Phone, Position } from './phone.ts'
import type { Visit } from './told.ts'

/** A door with a tag inside, and where it is. */
export type Door = Written & { home: string; lat: number; lon: number; reads: number }

/** What a caregiver does, each as a thumb does it on the phone's pages; a couple's joint visit is one. */
export type Visits = readonly [Visit, ...Visit[]]

const pathOf = (id: string, what: string): string => `/api/visits/${id}/${what}`

export function accept(phone: Phone, visits: Visits): void {
  for (const { id, state } of visits) {
    if (state === 'assigned') phone.say('answer', id, pathOf(id, 'answer'), { accepts: true })
  }
}

export function setOut(phone: Phone, [{ id }]: Visits): void {
  phone.say('set-out', id, pathOf(id, 'set-out'), {})
}

/** As a phone finds itself some metres off, in a street or under a roof. */
export function near({ lat, lon }: Pick<Door, 'lat' | 'lon'>, random: Random): Position {
  const [north, east] = [random.between(-25, 25), random.between(-25, 25)]
  const metresPerDegree = 111_320
  return {
    lat: lat + north / metresPerDegree,
    lon: lon + east / (metresPerDegree * Math.cos((lat * Math.PI) / 180)),
    accuracyM: random.whole(8, 40),
  }
}

const conditionsMet = (conditions: readonly string[]): Record<string, { met: boolean; who: string }> =>
  Object.fromEntries(conditions.map((condition) => [condition, { met: true, who: whoIsThere[condition] ?? '' }]))
const whoIsThere: Readonly<Record<string, string>> = {
  'family-present': '女儿在场',
  'guardian-present': '监护人在场',
  'medical-guidance': '镇卫生院王医生',
  'doctor-order': '医嘱单在册',
}
/** The county's annex: 6 is a blood-pressure check. */
const pressureCheck = '6'

/** Ticks the planned services off; a reading that was asked for is taken and typed in. */
export function serve(phone: Phone, visits: Visits): void {
  const { random } = phone
  for (const { id, services } of visits) {
    const planned = services.filter((service) => service.planned)
    if (planned.length > 0) {
      phone.say('services', id, pathOf(id, 'services'), {
        services: planned.map((service) => ({
          id: service.id,
          done: true,
          conditions: conditionsMet(service.conditions),
        })),
      })
    }
    if (planned.some(({ code }) => code === pressureCheck)) {
      const [systolic, diastolic] = [random.whole(118, 158), random.whole(66, 92)]
      const reading = { id: `v-${id}`, kind: 'blood-pressure', systolic, diastolic, pulse: random.whole(58, 88) }
      phone.say('reading', id, pathOf(id, 'readings'), { reading: { ...reading, unit: 'mmHg' } })
    }
  }
}

/** A picture of what was done, where the services of the visit allow one. `data`: another than a new one. */
export function photograph(phone: Phone, [{ id, services }]: Visits, data?: string): void {
  const planned = services.filter((service) => service.planned)
  const [of] = planned
  if (!of || planned.some(({ photos }) => !photos)) return
  const where = phone.position === null ? {} : { position: { ...phone.position, system: 'wgs84' } }
  const picture = data ?? photoOfRoom(phone.random)
  phone.say('photo', id, pathOf(id, 'files'), { kind: 'photo', data: picture, serviceId: of.id, ...where })
}

const kindWords = ['', '', '手脚麻利', '跟我说了好多话', '细心，地扫得干净'] as const

/** The elder's own word and signature, on the spot. */
export function evaluate(phone: Phone, visits: Visits): void {
  const { random } = phone
  for (const { id, elder } of visits) {
    const good = random.next() < 0.94
    const said = good ? kindWords[random.whole(0, kindWords.length - 1)] : '来得晚了些'
    const drawn = phone.say('signature', id, pathOf(id, 'files'), { kind: 'signature', data: signature(random) })
    const signed = { how: 'signature', by: elder.name, witness: '' }
    const evaluation = { face: good ? 'good' : 'fair', said, signed, propertyChecked: true }
    phone.say('evaluation', id, pathOf(id, 'evaluation'), evaluation, drawn)
  }
}

export function turnAway(phone: Phone, visits: Visits, outcome: 'refused' | 'not-home' | 'in-hospital'): void {
  for (const { id } of visits) phone.say('turn-away', id, pathOf(id, 'turn-away'), { outcome, said: '' })
}
