import { differingBits, LOOK_BITS, setBits } from '../look.ts'
import { minutesBetween, occasionOf, type PhotoFact, type VisitFacts } from './facts.ts'
import type { Found } from './finding.ts'
import type { CheckPolicy } from './policy.ts'

/** A photo with the visit it was sent for. */
export interface SentPhoto extends PhotoFact {
  visitId: string
  homeId: string
  providerId: string
  jointId: string | null
  asked: boolean
}

/** Taken long before somebody came in; where the phone dated the begin as well, by its own clock, right or wrong. */
export function photoOlderThanVisit(visit: VisitFacts, policy: CheckPolicy): Found[] {
  const dated = visit.presences.filter(({ part, way }) => part === 'begin' && way !== 'reader')
  const clocks = dated.flatMap(({ deviceAt }) => deviceAt?.getTime() ?? [])
  const beganAt = clocks.length > 0 ? new Date(Math.min(...clocks)) : visit.beganAt
  if (beganAt === null) return []
  return visit.photos.flatMap(({ id, takenAt }): Found[] => {
    if (takenAt === null) return []
    const minutes = minutesBetween(takenAt, beganAt)
    if (minutes < policy.photoBeforeMin) return []
    const severity = minutes >= policy.photoLongBeforeMin ? 'grave' : 'warning'
    return [{ visitId: visit.id, rule: 'photo-older-than-visit', severity, inputs: { photo: id, minutes } }]
  })
}

/** With as many photos a slot of the index is compared, the newest first: however many there are, none takes longer. */
const SLOT = 64

/**
 * The same file for another visit, or the same picture saved anew. What stands in the same home looks alike by right,
 * so there it is a notice.
 */
export function photoSeenBefore(photos: readonly SentPhoto[], policy: CheckPolicy): Found[] {
  const files = new Map<string, SentPhoto>()
  const looks = new Looks(policy)
  const found: Found[] = []
  const byArrival = [...photos].sort(
    (a, b) => a.receivedAt.getTime() - b.receivedAt.getTime() || (a.id < b.id ? -1 : 1),
  )
  for (const photo of byArrival) {
    const file = files.get(photo.digest)
    if (!file) files.set(photo.digest, photo)
    const isOther = file && occasionOfPhoto(file) !== occasionOfPhoto(photo)
    if (isOther && photo.asked) found.push(seen(photo, file, 'same-file', 0))
    const like = looks.meet(photo)
    if (!file && like && photo.asked) found.push(seen(photo, like.photo, 'same-look', like.bits))
  }
  return found
}

const occasionOfPhoto = ({ visitId, jointId }: SentPhoto): string => occasionOf({ id: visitId, jointId })

function seen(photo: SentPhoto, first: SentPhoto, how: 'same-file' | 'same-look', bits: number): Found {
  const severity = how === 'same-file' ? 'grave' : photo.homeId === first.homeId ? 'notice' : 'warning'
  const inputs = { photo: photo.id, first: first.id, other: first.visitId, how, bits }
  return { visitId: photo.visitId, rule: 'photo-seen-before', severity, inputs }
}

/**
 * Looks of each provider, found by their parts: two that differ in at most n bits agree in one of n + 1 parts, so only
 * those that share a part are compared.
 */
class Looks {
  readonly #slots = new Map<string, Map<number, SentPhoto[]>>()
  readonly #policy: CheckPolicy

  constructor(policy: CheckPolicy) {
    this.#policy = policy
  }

  /** The look nearest to this one of another visit, the newest of equally near ones; it stands among them from then on. */
  meet(photo: SentPhoto): { photo: SentPhoto; bits: number } | undefined {
    const { look, providerId } = photo
    if (look === null || !this.#tells(look)) return undefined
    let slots = this.#slots.get(providerId)
    if (!slots) this.#slots.set(providerId, (slots = new Map<number, SentPhoto[]>()))
    let nearest: { photo: SentPhoto; bits: number } | undefined
    for (const part of partsOf(look, this.#policy.lookBits + 1)) {
      const slot = slots.get(part) ?? []
      if (slot.length === 0) slots.set(part, slot)
      for (let i = slot.length - 1; i >= 0; i--) {
        const other = slot[i]
        if (!other?.look || occasionOfPhoto(other) === occasionOfPhoto(photo)) continue
        const bits = differingBits(look, other.look)
        if (bits <= this.#policy.lookBits && bits < (nearest?.bits ?? Infinity)) nearest = { photo: other, bits }
      }
      if (slot.push(photo) > SLOT) slot.shift()
    }
    return nearest
  }

  #tells(look: Uint8Array): boolean {
    const bits = setBits(look)
    return bits >= this.#policy.lookPlainBits && bits <= LOOK_BITS - this.#policy.lookPlainBits
  }
}

/** Of each part of a look its bits as a number, no two parts sharing one; parts have at most 16 bits. */
function partsOf(look: Uint8Array, parts: number): number[] {
  const width = Math.ceil(LOOK_BITS / parts)
  return Array.from({ length: parts }, (_, part) => {
    const from = part * width
    const byte = from >> 3
    const three = ((look[byte] ?? 0) << 16) | ((look[byte + 1] ?? 0) << 8) | (look[byte + 2] ?? 0)
    return part * 2 ** width + ((three >> (24 - (from & 7) - width)) & (2 ** width - 1))
  })
}
