import { link } from '../link/link.svelte.ts'

/** How stale a list may be that no live event tells of, while somebody looks at it. */
const EVERY_MS = 20_000

/**
 * Calls `again` when what is shown may be old: the window is come back to, the stream begins anew, or it has been
 * looked at for a while. For what has no live events of its own. Answers how to stop.
 */
export function whenLookedAt(again: () => void): () => void {
  const seen = (): void => {
    if (document.visibilityState === 'visible') again()
  }
  addEventListener('focus', seen)
  document.addEventListener('visibilitychange', seen)
  const timer = setInterval(seen, EVERY_MS)
  const stop = link.onReload(again)
  return () => {
    removeEventListener('focus', seen)
    document.removeEventListener('visibilitychange', seen)
    clearInterval(timer)
    stop()
  }
}
