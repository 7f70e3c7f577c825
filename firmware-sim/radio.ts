import type { Clock } from './clock.ts'
import type { Connect } from './connection.ts'
import type { Random } from './random.ts'

/** What the air does to messages. Chances from 0 to 1. */
export type Air = {
  /** A message, or the attempt to connect, is lost; the modem notices and drops the link. */
  loss: number
  /** The message arrives and its answer does not. */
  answerLoss: number
  /** A modem that sends twice what it was given once. */
  duplicates: number
  /** Every message is under way this long; messages under way together overtake one another. */
  delayMs: readonly [least: number, most: number]
}

/** A cellar, a valley, rain. */
export const weakAir: Air = { loss: 0.15, answerLoss: 0.15, duplicates: 0.15, delayMs: [0, 400] }

/** Puts weather between a device and the platform. The item stays in the outbox until an answer came through. */
export function throughAir(connect: Connect, air: Air, random: Random, clock: Clock): Connect {
  return async (options) => {
    if (random.next() < air.loss) throw new Error('Nothing was heard')
    const connection = await connect(options)
    const drop = (why: string): Error => {
      connection.destroy()
      return new Error(why)
    }
    return {
      ...connection,
      async publish(topic, payload) {
        await clock.sleep(random.between(...air.delayMs), connection.lost)
        if (random.next() < air.loss) throw drop('A message was lost in the air')
        await connection.publish(topic, payload)
        if (random.next() < air.duplicates) await connection.publish(topic, payload)
        if (random.next() < air.answerLoss) throw drop('An answer was lost in the air')
      },
    }
  }
}

/** Signal strength in dBm around what the place allows: slow fading over hours, and a little noise. */
export function signalAt(place: { dBm: number; phase: number }, nowMs: number, random: Random): number {
  const fading = 4 * Math.sin(2 * Math.PI * (nowMs / (6 * 3_600_000) + place.phase))
  return Math.round(place.dBm + fading + random.between(-2, 2))
}
