import { alarms, type Happening } from '../alarm/alarms.svelte.ts'
import { unowned } from '../alarm/order.ts'
import { link } from '../link/link.svelte.ts'
import { session } from '../session/session.svelte.ts'
import type { Sound } from './patterns.ts'
import { speaker } from './speaker.svelte.ts'

/** Which causes of sound last right now. */
function lasting(): Set<Sound> {
  const sounds = new Set<Sound>()
  if (!session.holdsSeat) return sounds
  if (link.stale) sounds.add('lost')
  if (alarms.unstored.length > 0) sounds.add('high')
  for (const alarm of alarms.open) if (unowned(alarm) && alarm.priority !== 'low') sounds.add(alarm.priority)
  return sounds
}

/** A press sounds even where the alarm is owned already; a merely noted alarm sounds once, when it is raised. */
export function sound(happening: Happening): void {
  if (happening.name === 'unstored') speaker.once('high')
  else if (happening.name === 'reminded' || happening.name === 'handed-over') {
    // whose it is hears it, and nobody else: a desk that always sounds is not listened to
    if (happening.ownerId === session.me?.id) speaker.once(happening.name === 'reminded' ? 'remind' : 'handed')
  } else if (happening.name === 'given-back' || happening.name === 'unshelved') {
    if (happening.alarm) speaker.once(happening.alarm.priority)
  } else if (
    happening.alarm &&
    (happening.name === 'raised' || happening.name === 'pressed' || happening.name === 'escalated')
  )
    speaker.once(happening.alarm.priority)
}

/** Ties the loudspeaker to what is waiting. The link's tick drives it, also while the page is in the background. */
export function startSiren(): () => void {
  return link.onTick(() => {
    speaker.wanted = lasting()
    speaker.tick()
  })
}
