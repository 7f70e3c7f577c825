import { rootLetter } from '@anju/domain/evidence/anchor'
import { publicKeyOf } from '@anju/domain/evidence/root'
import { copyOf } from '@anju/domain/evidence/second-copy'
import {
  type DueAnchor,
  dueAnchorWays,
  type Handed,
  leaseAnchors,
  planAnchors,
  recordAnchor,
} from '@anju/prisma/anchor/apply'
import { usableChannel } from '@anju/prisma/channel/apply'
import { openSettings } from '@anju/prisma/channel/settings'
import { signingKey } from '@anju/prisma/evidence/seal'
import { newId } from '@anju/prisma/id'
import type { MasterKey } from '@anju/prisma/key'
import { poolQuery, transact } from '@anju/prisma/tx'
import type pg from 'pg'
import type { Logger } from 'pino'
import { sendEmail } from '../notification/email.ts'
import { writeCopies } from './folder.ts'

export interface HandOverParts {
  pool: pg.Pool
  key: MasterKey
  /** null: no folder. */
  folder: string | null
  log: Logger
  answerWithinMs?: number
}

/**
 * Hands every sealed root that is still owed to every second party: what was not taken before goes along, in one letter.
 * A way that fails holds up no other (promise 9).
 */
export async function handOver(parts: HandOverParts, now: Date): Promise<void> {
  const { pool, folder, log } = parts
  await transact(pool, (tx) => planAnchors(tx, folder !== null, now))
  const ways = await dueAnchorWays(poolQuery(pool), folder !== null, now)
  await Promise.all(
    ways.map(async (way) => {
      try {
        const due = await transact(pool, (tx) => leaseAnchors(tx, way, now))
        if (due === null) return
        const handed = await hand(parts, due, now)
        const { error, status, tookMs } = handed
        log.info({ way, days: due.days.length, error, status, tookMs }, 'roots handed over')
        await transact(pool, (tx) => recordAnchor(tx, due, handed, new Date(now.getTime() + tookMs)))
      } catch (error) {
        log.warn({ err: error, way }, 'roots not handed over; it will be repeated')
      }
    }),
  )
}

async function hand({ pool, key, folder, answerWithinMs }: HandOverParts, due: DueAnchor, now: Date): Promise<Handed> {
  const publicKey = publicKeyOf(signingKey(key))
  const copies = due.days.map((sealed) => ({ day: sealed.day, ...copyOf(sealed, publicKey) }))
  if (due.channelId === null) {
    if (folder === null) throw new Error('the folder of the environment is gone')
    return { recipient: folder, said: copies.map(({ text }) => text).join(''), ...(await writeCopies(folder, copies)) }
  }
  const row = await usableChannel(poolQuery(pool), due.channelId)
  const channel = row && openSettings(key, row)
  if (channel?.kind !== 'email') throw new Error('the channel was switched off')
  const { settings } = channel
  const letter = rootLetter(copies, settings.language)
  const { status, error, tookMs } = await sendEmail(settings, { id: newId(now), ...letter }, answerWithinMs)
  return { recipient: settings.to.join(', '), said: letter.text, status, error, tookMs }
}
