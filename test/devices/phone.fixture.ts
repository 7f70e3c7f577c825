import type { Clock } from '@anju/firmware-sim/clock'
import type { Door } from '@anju/firmware-sim/phone/visit'
import type { Api } from '../api/api.fixture.ts'
import type { Village } from '../api/visit.fixture.ts'

/** A time for platform and simulator alike that goes on by itself, and leaps to who wakes next while nobody is at work. */
export interface LeapingClock extends Clock {
  /** Nothing leaps while this is under way. */
  work<T>(doing: () => Promise<T>): Promise<T>
  stop(): void
}

/** However slow the machine: a request that is under way is answered before time leaps. */
export function leaping(api: Api): LeapingClock {
  let offset = 0
  let busy = 0
  let stopped = false
  const sleepers = new Set<{ due: number; wake: () => void }>()
  const { fetch } = globalThis
  Object.defineProperty(api.clock, 'offsetMs', { get: () => offset })
  const now = (): number => Date.now() + offset
  const work: LeapingClock['work'] = async (doing) => {
    busy++
    try {
      return await doing()
    } finally {
      busy--
    }
  }
  globalThis.fetch = (...asked) => work(() => fetch(...asked))
  const calm = async (): Promise<void> => {
    for (let turns = 0; turns < 20; turns = busy === 0 ? turns + 1 : 0) await new Promise(setImmediate)
  }
  const leap = async (): Promise<void> => {
    while (!stopped) {
      await calm()
      const [next] = [...sleepers].sort((a, b) => a.due - b.due)
      if (!next) continue
      offset += Math.max(0, next.due - now())
      next.wake()
    }
  }
  void leap()
  return {
    now,
    work,
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const sleeper = { due: now() + ms, wake }
        function wake(): void {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', wake)
      })
    },
    stop() {
      stopped = true
      globalThis.fetch = fetch
    },
  }
}

/** A tag that is registered, written with what the page prints, and hung inside the door of a home. */
export async function hungAt(
  { lead }: Pick<Village, 'lead'>,
  home: string,
  uid: string,
  place = { lat: 30.6, lon: 104.1 },
): Promise<Door> {
  const added = await lead.post(`/api/homes/${home}/tags`, { uid })
  const tag = added.body.items.find((each: { uid: string }) => each.uid === uid)
  const { body } = await lead.post(`/api/tags/${tag.id}/writing`, { kind: 'hidden' })
  const { metaRead, fileRead } = body.keys
  const { ndef, fileSettings } = body.template
  return { home, ...place, uid, keys: { metaRead, fileRead }, ndef, fileSettings, reads: 0 }
}
