import { seeded } from '../random.ts'

export type Condition = 'hypertension' | 'diabetes' | 'copd' | 'heart-failure'

/** What is known of an inhabitant from outside; the rest follows from the seed. */
export type PersonHints = { bornIn?: number; sex?: 'female' | 'male'; conditions?: readonly Condition[] }

/** One old person: a body and habits. Minutes are of the day, chances from 0 to 1. */
export type Person = {
  /** Names the person's own streams of chance. */
  name: string
  seed: number
  bornIn: number
  sex: 'female' | 'male'
  conditions: ReadonlySet<Condition>
  habits: {
    wakesMin: number
    sleepsMin: number
    breakfastMin: number
    lunchMin: number
    supperMin: number
    /** Takes the morning's medicine. */
    adherence: number
    /** Measures when due. */
    diligence: number
    measuresTwice: number
    takesWrongUser: number
    movesWhileMeasuring: number
    /** Goes to the market on market days. */
    goesToMarket: number
    /** Children visit on a Saturday or Sunday. */
    visited: number
    /** Is taken to the children's city over Spring Festival. */
    fetchedForFestival: number
    /** Presses the button because of a real need, a day. */
    needs: number
    /** Presses by mistake, a day. */
    slips: number
  }
  body: {
    systolic: number
    diastolic: number
    pulse: number
    /** Fasting, mmol/L. */
    glucose: number
    weightKg: number
    spo2: number
    /** mmHg a year. */
    pressureTrend: number
    /** kg a year. */
    weightTrend: number
  }
}

/** Shares among people over 65 in China; CHARLS and the chronic disease surveys give figures of this size. */
const shares: readonly [Condition, number][] = [
  ['hypertension', 0.58],
  ['diabetes', 0.24],
  ['copd', 0.12],
  ['heart-failure', 0.06],
]

/** The same person for the same seed and name, always. */
export function personOf(seed: number, name: string, hints: PersonHints = {}): Person {
  const random = seeded(seed, `person/${name}`)
  const chance = (): number => random.next()
  const bornIn = hints.bornIn ?? random.whole(1932, 1958)
  const sex = hints.sex ?? (chance() < 0.58 ? 'female' : 'male')
  const drawn = shares.filter(([, share]) => chance() < share).map(([condition]) => condition)
  const conditions = new Set(hints.conditions ?? drawn)
  const has = (condition: Condition): boolean => conditions.has(condition)
  const wakesMin = random.whole(5 * 60, 6 * 60 + 50)
  const breakfastMin = wakesMin + random.whole(50, 90)
  const systolic = has('hypertension') ? random.between(136, 154) : random.between(114, 130)
  return {
    name,
    seed,
    bornIn,
    sex,
    conditions,
    habits: {
      wakesMin,
      sleepsMin: random.whole(20 * 60 + 10, 22 * 60 + 20),
      breakfastMin,
      lunchMin: random.whole(11 * 60 + 20, 12 * 60 + 30),
      supperMin: random.whole(17 * 60 + 20, 18 * 60 + 40),
      adherence: random.between(0.7, 0.98),
      diligence: random.between(0.55, 0.97),
      measuresTwice: random.between(0.02, 0.1),
      takesWrongUser: random.between(0, 0.04),
      movesWhileMeasuring: random.between(0.01, 0.07),
      goesToMarket: random.between(0, 0.8),
      visited: random.between(0.05, 0.7),
      fetchedForFestival: random.between(0, 0.25),
      needs: random.between(1 / 200, 1 / 60),
      slips: random.between(1 / 150, 1 / 40),
    },
    body: {
      systolic,
      diastolic: systolic * random.between(0.53, 0.61),
      pulse: random.between(60, 82),
      glucose: has('diabetes') ? random.between(6.6, 8.9) : random.between(4.7, 5.7),
      weightKg: sex === 'female' ? random.between(44, 66) : random.between(52, 76),
      spo2: has('copd') ? random.between(90.5, 94) : random.between(96, 98.2),
      pressureTrend: random.between(-1, 3),
      weightTrend: random.between(-1.2, 0.6),
    },
  }
}
