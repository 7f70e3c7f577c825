import { dayAndTime, timeOfDay } from '../clock/format.ts'
import { clock } from '../clock/now.svelte.ts'
import { language } from '../messages/language.svelte.ts'

/** An instant for reading, in the zone the screens show. */
export const whenOf = (at: string): string => dayAndTime(at, clock.zone, language.tag, clock.now, false)
export const clockOf = (at: string, zone = clock.zone): string => timeOfDay(at, zone, false)
