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

/** Taken long before somebody came in. */
export function photoOlderThanVisit(visit: VisitFacts, policy: CheckPolicy): Found[] {
  const { beganAt } = visit
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
    const like = looks.nearest(photo)
    if (!file && like && photo.asked) found.push(seen(photo, like.photo, 'same-look', like.bits))
    looks.add(photo)
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
  readonly #slots = new Map<string, SentPhoto[]>()
  readonly #policy: CheckPolicy

  constructor(policy: CheckPolicy) {
    this.#policy = policy
  }

  /** The look nearest to this one of another visit; of equally near ones the newest. */
  nearest(photo: SentPhoto): { photo: SentPhoto; bits: number } | undefined {
    const { look } = photo
    if (!this.#tells(look)) return undefined
    let nearest: { photo: SentPhoto; bits: number } | undefined
    for (const key of this.#keys(look, photo.providerId)) {
      for (const other of this.#slots.get(key)?.toReversed() ?? []) {
        if (!other.look || occasionOfPhoto(other) === occasionOfPhoto(photo)) continue
        const bits = differingBits(look, other.look)
        if (bits <= this.#policy.lookBits && bits < (nearest?.bits ?? Infinity)) nearest = { photo: other, bits }
      }
    }
    return nearest
  }

  add(photo: SentPhoto): void {
    if (!this.#tells(photo.look)) return
    for (const key of this.#keys(photo.look, photo.providerId)) {
      const slot = this.#slots.get(key)
      if (!slot) this.#slots.set(key, [photo])
      else if (slot.push(photo) > SLOT) slot.shift()
    }
  }

  #tells(look: Uint8Array | null): look is Uint8Array {
    if (look === null) return false
    const bits = setBits(look)
    return bits >= this.#policy.lookPlainBits && bits <= LOOK_BITS - this.#policy.lookPlainBits
  }

  #keys(look: Uint8Array, providerId: string): string[] {
    const parts = this.#policy.lookBits + 1
    const bits = look.reduce((all, byte) => (all << 8n) | BigInt(byte), 0n)
    const width = BigInt(Math.ceil(LOOK_BITS / parts))
    const mask = (1n << width) - 1n
    return Array.from({ length: parts }, (_, i) => `${providerId} ${i} ${(bits >> (BigInt(i) * width)) & mask}`)
  }
}
