import type { Alarm } from '../api/shapes.ts'
import { dayBounds } from '../clock/wall.ts'

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
  const day = dayBounds(now, zone)
  const lines: LogLine[] = []
  const add = (alarm: Alarm, what: LogLine['what'], at: string | null, deviceAt: string | null = null): void => {
    // by number: in a flood, asking the calendar of each would keep a key waiting
    const ms = at === null ? NaN : Date.parse(at)
    if (at !== null && ms >= day.from && ms < day.to)
      lines.push({ key: `${alarm.id} ${what}`, at, deviceAt, what, alarm })
  }
  for (const alarm of alarms) {
    add(alarm, 'raised', alarm.raisedAt, alarm.firstDeviceAt)
    if (alarm.presses > 1) add(alarm, 'pressed', alarm.lastPressAt, alarm.lastDeviceAt)
    if (alarm.owner) add(alarm, 'acknowledged', alarm.acknowledgedAt)
    add(alarm, 'resolved', alarm.resolvedAt)
  }
  return lines.sort((a, b) => b.at.localeCompare(a.at) || b.key.localeCompare(a.key))
}
