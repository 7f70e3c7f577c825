import type { Attachment } from 'svelte/attachments'
import { session } from '../session/session.svelte.ts'
import type { Painted } from './protocol.ts'
import { link } from './link.svelte.ts'

/** How much of a row must be in sight before anybody could read it. */
const IN_SIGHT = 0.6

/**
 * Reports an alarm as shown once the element is in sight and the browser has painted it: two frames on. A hidden page
 * has no frames, so that it reports nothing until somebody looks (promise 11).
 */
export function painted({ id, presses, clockFrom }: Painted): Attachment {
  return (node) => {
    if (!session.holdsSeat) return
    const sight = new IntersectionObserver(
      (seen) => {
        if (!seen.some((entry) => entry.isIntersecting)) return
        sight.disconnect()
        requestAnimationFrame(() =>
          requestAnimationFrame(() => {
            if (node.isConnected && document.visibilityState === 'visible') link.shown({ id, presses, clockFrom })
            else sight.observe(node)
          }),
        )
      },
      { threshold: IN_SIGHT },
    )
    sight.observe(node)
    return () => sight.disconnect()
  }
}
