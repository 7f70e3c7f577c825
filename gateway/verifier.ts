import { createHash, timingSafeEqual } from 'node:crypto'
import type { Verdict } from '@anju/broker/main'
import { within } from '@anju/broker/rules'
import { type KnownDevice, loadKnown } from '@anju/prisma/device/known'
import { poolQuery } from '@anju/prisma/tx'
import type pg from 'pg'

/** Unknown devices asking at once; beyond it they are told to come back, and known ones are not delayed. */
const ASKING_AT_ONCE = 5000
/** How long a first question gathers others: a village's power returns all at once. */
const GATHER_MS = 5
/** How long who asks waits for the log to be followed, which takes a moment unless the database is away. */
const FOLLOWED_WITHIN_MS = 5000

interface Asked {
  deviceId: string
  resolve(device: KnownDevice | undefined): void
  reject(error: Error): void
}

/**
 * Who may come in. Verified devices are remembered, so that they come back while the database is slow or away; a
 * change of the device (revoked, moved, rotated) makes us forget it.
 */
export class Verifier {
  readonly #pool: pg.Pool
  readonly #followed: Promise<void>
  readonly #known = new Map<string, KnownDevice>()
  #asking: Asked[] = []
  #underWay = 0
  #forgotten = 0

  /** @param followed from then on `forget` is called for every change: whoever came in before would outlive a revocation */
  constructor(pool: pg.Pool, followed: Promise<void>) {
    this.#pool = pool
    this.#followed = followed
  }

  /** Rejects while nobody can say: the database is away, or too many are asking. */
  async verify(deviceId: string, secret: Buffer): Promise<Verdict> {
    const hash = secretHash(secret)
    const known = this.#known.get(deviceId)
    if (known && !known.revoked && timingSafeEqual(known.secretHash, hash)) return { ok: true }
    const device = await this.lookUp(deviceId)
    if (!device || device.secretHash.length !== hash.length || !timingSafeEqual(device.secretHash, hash)) {
      return { ok: false, returnCode: 4 }
    }
    return device.revoked ? { ok: false, returnCode: 5 } : { ok: true }
  }

  /** A device that was let in before. */
  known(deviceId: string): KnownDevice | undefined {
    return this.#known.get(deviceId)
  }

  forget(deviceId: string): void {
    this.#known.delete(deviceId)
    this.#forgotten++
  }

  /** Asks the database, many at a time; rejects when it is away. */
  lookUp(deviceId: string): Promise<KnownDevice | undefined> {
    if (this.#asking.length + this.#underWay >= ASKING_AT_ONCE) return Promise.reject(new Error('too many are asking'))
    return new Promise((resolve, reject) => {
      if (this.#asking.push({ deviceId, resolve, reject }) === 1) setTimeout(() => void this.#ask(), GATHER_MS)
    })
  }

  async #ask(): Promise<void> {
    const asked = this.#asking
    this.#asking = []
    this.#underWay += asked.length
    try {
      await within(FOLLOWED_WITHIN_MS, this.#followed)
      const forgotten = this.#forgotten
      const ids = [...new Set(asked.map((item) => item.deviceId))]
      const found = await loadKnown(poolQuery(this.#pool), ids, new Date())
      const byId = new Map(found.map((device) => [device.id, device]))
      // Who was revoked since we asked may look unrevoked in the answer; remembered, it would be let in for ever.
      if (forgotten === this.#forgotten) for (const device of found) this.#known.set(device.id, device)
      for (const item of asked) item.resolve(byId.get(item.deviceId))
    } catch (error) {
      for (const item of asked) item.reject(error instanceof Error ? error : new Error(String(error)))
    } finally {
      this.#underWay -= asked.length
    }
  }
}

function secretHash(secret: Buffer): Buffer {
  return createHash('sha256').update(secret).digest()
}
