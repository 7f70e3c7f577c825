import type { VideoLook, VideoLooks } from '@anju/api/video-look/schema'
import { request } from '../api/request.ts'
import { whileInSight } from './in-sight.ts'

/** How often a page in sight asks; a request stands for three minutes, and the office may telephone as well. */
const EVERY_MS = 15_000

/** Where supervision asks to see this caregiver's visit (P5.4). */
class Looks {
  all = $state.raw<VideoLook[]>([])
  asked = $derived(this.all.find(({ state }) => state === 'asked') ?? null)

  async load(): Promise<void> {
    const found = await request<VideoLooks>('/api/video-looks').catch(() => null)
    if (found) this.all = found.items
  }

  /** Looks now and again while the page is in sight. */
  watch(): () => void {
    return whileInSight(() => this.load(), EVERY_MS)
  }
}

export const looks = new Looks()
