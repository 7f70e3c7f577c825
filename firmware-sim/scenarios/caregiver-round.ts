import { inventedBadge } from '../fleet/home.ts'
import type { Scenario } from '../scenario.ts'

const usuallyMs = 20_000

export const caregiverRound: Scenario = {
  about:
    'a caregiver’s badge at the door in and, 20 s (or --for) later, out; held to the reader a little too long both times',
  cast: ['door-reader'],
  async play(stage) {
    const { reader, badges } = stage.reader()
    const uid = badges[0] ?? inventedBadge(0)
    await reader.until((r) => r.online)
    const badge = (way: string): void => {
      stage.log(`${reader.id} badge ${uid} ${way}: ${reader.tap(uid)}`)
      reader.tap(uid) // still held to it: one tap
    }
    badge('in')
    await stage.clock.sleep(stage.forMs ?? usuallyMs)
    badge('out')
    await reader.settled()
  },
}
