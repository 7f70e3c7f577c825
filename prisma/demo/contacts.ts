import type { ContactRole } from '@anju/domain/elder/contact'
import { givenName, surname, type Sex } from './names.ts'
import type { Random } from './random.ts'

export type Contact = { name: string; relation: string; phone: string }

const ROLES: Partial<Record<string, ContactRole>> = {
  邻居: 'neighbour',
  社区网格员: 'cadre',
  村民小组长: 'cadre',
  村医: 'doctor',
}
/** What somebody is to the household, by the relation's own word. */
export const roleOf = ({ relation }: Contact): ContactRole => ROLES[relation] ?? 'family'

/** Numbers of a range that is never given out (199 0000 xxxx), each used once. */
export class Phones {
  #next = 1000

  next(): string {
    if (this.#next > 9999) throw new RangeError('the range is used up')
    return `1990000${this.#next++}`
  }
}

const RELATIONS: readonly (readonly [string, Sex, number])[] = [
  ['儿子', 'male', 27],
  ['女儿', 'female', 27],
  ['儿媳', 'female', 25],
  ['女婿', 'male', 27],
  ['侄子', 'male', 30],
  ['外甥女', 'female', 30],
  ['孙子', 'male', 52],
  ['孙女', 'female', 52],
]
type Near = readonly (readonly [string, Sex])[]
const NEAR: Record<'urban' | 'village', Near> = {
  urban: [
    ['邻居', 'female'],
    ['邻居', 'male'],
    ['社区网格员', 'female'],
  ],
  village: [
    ['邻居', 'female'],
    ['邻居', 'male'],
    ['村民小组长', 'male'],
    ['村医', 'male'],
  ],
}

/** A ladder of two to five who are called one after the other: first family, nearest first, then who is at hand. */
export function ladderOf(
  random: Random,
  { family, bornIn, kind, phones }: { family: string; bornIn: number; kind: keyof typeof NEAR; phones: Phones },
): Contact[] {
  const contacts: Contact[] = []
  const relatives = random.chance(0.05) ? 0 : random.whole(1, 3)
  const order = random.shuffled(RELATIONS.slice(0, 4)).concat(random.shuffled(RELATIONS.slice(4)))
  for (const [relation, sex, younger] of order.slice(0, relatives)) {
    const own = relation === '儿子' || relation === '女儿' || relation === '侄子' || relation.startsWith('孙')
    const last = own ? family : surname(random)
    contacts.push({ name: last + givenName(random, sex, bornIn + younger), relation, phone: phones.next() })
  }
  const near = random.shuffled(NEAR[kind]).slice(0, Math.max(2 - relatives, random.whole(1, 2)))
  for (const [relation, sex] of near) {
    contacts.push({ name: surname(random) + givenName(random, sex, 1968), relation, phone: phones.next() })
  }
  return contacts
}

/** A couple calls each other first, then the same people. */
export function shareLadder(
  husband: { name: string; phone: string; contacts: Contact[] },
  wife: { name: string; phone: string; contacts: Contact[] },
): void {
  const others = husband.contacts
  const spouse = (of: typeof wife, relation: string): Contact[] =>
    of.phone === '' ? [] : [{ name: of.name, relation, phone: of.phone }]
  husband.contacts = [...spouse(wife, '妻子'), ...others].slice(0, 5)
  wife.contacts = [...spouse(husband, '丈夫'), ...others].slice(0, 5)
}
