import type { LonLat } from '@anju/domain/place/position'
import type { PhoneFact, PhotoFact, PresenceFact, VisitFacts } from '@anju/domain/visit/check/facts'
import type { Random } from '@anju/prisma/demo/random'

export const MINUTE = 60_000
export const DAY = 24 * 60 * MINUTE
/** The month all of this happens in is March 2026; its days are counted in UTC, for which the visits' areas are set. */
export const FIRST = Date.UTC(2026, 2, 1)
export const AS_OF = new Date(FIRST + 32 * DAY)

/** A presence as it came about: when the tag was truly read, and whose link it repeats. */
export interface Read extends PresenceFact {
  readAt: Date
  repeats: PresenceFact | null
}
/** A visit while it is being made up. */
export interface Draft extends VisitFacts {
  presences: Read[]
  photos: PhotoFact[]
  worker: Worker
  /** Some scheme has changed it already. */
  staged: boolean
}

export interface Home {
  id: string
  elderId: string
  tagId: string
  /** Where the home is. */
  at: LonLat
  /** Where the file says it is. */
  pinned: LonLat
  /** What a photo there looks like, before anything moves. */
  look: Uint8Array
  signal: boolean
}

export interface Worker {
  id: string
  providerId: string
  homes: Home[]
  phone: PhoneFact
  /** How far the phone's clock stands from ours. */
  clockMs: number
  visits: Draft[]
}

/** `metres` from a place, in that direction. */
export function moved({ lon, lat }: LonLat, metres: number, radians: number): LonLat {
  const degree = 111_195
  return {
    lon: lon + (Math.sin(radians) * metres) / (degree * Math.cos((lat * Math.PI) / 180)),
    lat: lat + (Math.cos(radians) * metres) / degree,
  }
}

export const bytes = (random: Random, n: number): Uint8Array =>
  Uint8Array.from({ length: n }, () => random.whole(0, 255))
/** The look with each bit turned by chance. */
export function blurred(look: Uint8Array, share: number, random: Random): Uint8Array {
  return look.map((byte) => [0, 1, 2, 3, 4, 5, 6, 7].reduce((b, i) => (random.chance(share) ? b ^ (1 << i) : b), byte))
}

const VILLAGE_HOMES = 10
/** One village in six lies in a valley without signal. */
const VALLEYS = 1 / 6
/** One pin in a hundred and fifty was set on the wrong house or the village hall. */
const WRONG_PINS = 1 / 150

/** A worker with two neighbouring villages of their own, 2 to 3 km apart, within a county of 40 km. */
export function makeWorker(name: string, county: number, random: Random): Worker {
  const centre = moved({ lon: 104, lat: 30 }, random.between(0, 20_000), random.between(0, 7))
  const villages = [centre, moved(centre, random.between(2000, 3000), random.between(0, 7))]
  const homes = villages.flatMap((village, v) => {
    const signal = !random.chance(VALLEYS)
    return Array.from({ length: VILLAGE_HOMES }, (_, h): Home => {
      const at = moved(village, random.between(20, 400), random.between(0, 7))
      const off = random.chance(WRONG_PINS) ? random.between(350, 1500) : Math.abs(random.around(0, 30))
      const id = `${name}-v${v}h${h}`
      return {
        id,
        elderId: `${id}-elder`,
        tagId: `${id}-tag`,
        at,
        pinned: moved(at, off, random.between(0, 7)),
        look: bytes(random, 8),
        signal,
      }
    })
  })
  const off = random.chance(1 / 30) ? random.between(6, 20) * (random.chance(0.5) ? 1 : -1) : random.around(0, 0.4)
  return {
    id: name,
    providerId: `provider-${county}-${random.whole(1, 4)}`,
    homes,
    phone: { id: `${name}-phone`, sharedSince: null },
    clockMs: off * MINUTE,
    visits: [],
  }
}

export const dayOf = (at: Date): string => at.toISOString().slice(0, 10)
export const plus = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * MINUTE)
