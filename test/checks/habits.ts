import type { RuleId } from '@anju/domain/visit/check/finding'
import type { Random } from '@anju/prisma/demo/random'
import { type Draft, MINUTE, plus, type Worker } from './county.ts'
import { claim } from './schemes.ts'

/** Whole months of a worker. */
export const HABITS: readonly { name: string; rule: RuleId; spoil(worker: Worker, random: Random): void }[] = [
  {
    name: 'every visit ended by an alarm clock',
    rule: 'identical-durations',
    spoil: (worker, random) => {
      for (const visit of given(worker)) if (random.chance(0.8)) claimMinutes(visit, 60 + random.between(0.05, 0.9))
    },
  },
  {
    name: 'times thought of in the evening',
    rule: 'round-times',
    spoil: (worker, random) => {
      for (const visit of given(worker)) {
        if (!random.chance(0.85)) continue
        const began = new Date(Math.round((visit.beganAt?.getTime() ?? 0) / 300_000) * 300_000)
        claim(visit, began, plus(began, random.pick([55, 60, 65, 70])))
      }
    },
  },
  {
    name: 'half of all ends typed in',
    rule: 'many-manual-entries',
    spoil: (worker, random) => {
      for (const visit of given(worker)) {
        if (!random.chance(0.5)) continue
        for (const read of visit.presences) {
          Object.assign(read, { way: 'typed', tagId: null, homeId: null, deviceAt: null })
          read.receivedAt = plus(read.at, random.between(1, 200))
        }
      }
    },
  },
]
const given = (worker: Worker): Draft[] => worker.visits.filter(({ beganAt, leftAt }) => beganAt && leftAt)
function claimMinutes(visit: Draft, minutes: number): void {
  const began = new Date(Math.floor((visit.beganAt?.getTime() ?? 0) / MINUTE) * MINUTE)
  claim(visit, began, plus(began, minutes))
}
