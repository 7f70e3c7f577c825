import { ladderOf, type Phones } from './contacts.ts'
import { nobodysIdNumber } from './id-number.ts'
import { DIALECTS, healthOf, usualOf } from './life.ts'
import { newName, type Sex } from './names.ts'
import type { PlannedElder } from './plan.ts'
import type { Random } from './random.ts'

/** Ages are as of this year, whenever the county is begun: the same seed has the same birthdays. */
const AGES_OF = 2026

/** What the county's people share while they are made up. */
export interface Registry {
  taken: Set<string>
  phones: Phones
  /** Sequence numbers of identity numbers given out. */
  sequence: number
}

/** Some of these stand in files: what a clerk writes down. */
const NOTES = [
  '',
  '',
  '',
  '',
  '',
  '不愿意被拍照',
  '周三去老年大学，下午才在家',
  '儿子在外地打工，春节回来',
  '说话慢，请等她说完',
  '自己种菜，上午常在地里',
  '爱打川牌，下午在社区活动室',
  '夜里起夜多，灯常亮',
] as const

export function newElder(
  random: Random,
  registry: Registry,
  given: { sex: Sex; age: number; since: Date; kind: 'urban' | 'village' },
): PlannedElder {
  const { sex, age, since } = given
  const bornIn = AGES_OF - age
  const bornOn = `${bornIn}-${two(random.whole(1, 12))}-${two(random.whole(1, 28))}`
  const rare = random.chance(0.012)
  const name = rare ? rareName(random, registry.taken) : newName(random, sex, bornIn, registry.taken)
  const health = healthOf(random, age, sex)
  return {
    id: random.id(since),
    name,
    sex,
    bornOn,
    phone: random.chance(0.93) ? registry.phones.next() : '',
    dialect: rare ? '彝语，会一点普通话' : random.pick(DIALECTS),
    hearing: health.hearing,
    conditions: health.words,
    allergies: health.allergies,
    idNumber: random.chance(0.75) ? nobodysIdNumber(bornOn, sequenceOf(registry, sex)) : null,
    contacts: ladderOf(random, { family: name.slice(0, 1), bornIn, kind: given.kind, phones: registry.phones }),
    note: random.pick(NOTES),
    since,
    health: health.conditions,
    usual: usualOf(random, health, age, sex),
    died: null,
    mergedInto: null,
    movedFrom: null,
    absences: [],
  }
}

/** Odd for men, even for women, as the standard has it; each given out once. */
export function sequenceOf(registry: Registry, sex: Sex): number {
  registry.sequence += 2
  return registry.sequence + (sex === 'male' ? 1 : 0)
}

const YI = ['吉克·阿依', '沙马·拉曲', '阿苏·木呷', '吉木·乌果莫', '海来·约布', '马海·尔布'] as const

/** Some came down from the mountains: names of another shape, which screens must bear. */
function rareName(random: Random, taken: Set<string>): string {
  const name = random.pick(YI)
  if (taken.has(name)) return newName(random, 'female', 1948, taken)
  taken.add(name)
  return name
}

/** Who the programme reaches: most between seventy and ninety. */
export function likelyAge(random: Random): number {
  const [from, to] = random.weighed([
    [[60, 69], 13],
    [[70, 79], 39],
    [[80, 89], 38],
    [[90, 95], 8],
    [[96, 100], 2],
  ] as const)
  return random.whole(from, to)
}

const two = (n: number): string => String(n).padStart(2, '0')
