import type { Alarm } from '../api/shapes.ts'
import { dayOf } from '../clock/format.ts'

/** One line of the day: when it arrived, the device's clock where one spoke, and what it was. */
export type LogLine = {
  key: string
  at: string
  deviceAt: string | null
  what: 'raised' | 'pressed' | 'acknowledged' | 'resolved'
  alarm: Alarm
}

/** The lines of the day on which `now` falls in the zone, newest first. */
export function linesOfDay(alarms: Iterable<Alarm>, zone: string, now: number): LogLine[] {
  const today = dayOf(now, zone)
  const lines: LogLine[] = []
  const add = (alarm: Alarm, what: LogLine['what'], at: string | null, deviceAt: string | null = null): void => {
    if (at !== null && dayOf(at, zone) === today) lines.push({ key: `${alarm.id} ${what}`, at, deviceAt, what, alarm })
  }
  for (const alarm of alarms) {
    add(alarm, 'raised', alarm.raisedAt, alarm.firstDeviceAt)
    if (alarm.presses > 1) add(alarm, 'pressed', alarm.lastPressAt, alarm.lastDeviceAt)
    if (alarm.owner) add(alarm, 'acknowledged', alarm.acknowledgedAt)
    add(alarm, 'resolved', alarm.resolvedAt)
  }
  return lines.sort((a, b) => b.at.localeCompare(a.at) || b.key.localeCompare(a.key))
}
