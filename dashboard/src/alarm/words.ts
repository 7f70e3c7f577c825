import type { Alarm } from '../api/shapes.ts'
import { word } from '../messages/word.ts'
import type { Messages } from '../messages/zh-CN.ts'

/** Who or what an alarm is about, in one or two words. */
export function whose(m: Messages, alarm: Alarm): string {
  if (alarm.elder) return alarm.elder.name
  if (alarm.devices.length > 1) return m.queue.devices(alarm.devices.length)
  return alarm.deviceId ?? (alarm.kind === 'channel-down' ? kindWord(m, alarm.kind) : m.queue.noName)
}

export const kindWord = (m: Messages, kind: string): string => word(m.kind, kind)

/** The state of its ownership: who is on it, or that nobody is. */
export function ownerWord(m: Messages, alarm: Alarm, meId: string | undefined): string {
  if (alarm.state === 'follow-up' || alarm.state === 'closed') return m.deskwork.state[alarm.state]
  if (alarm.state === 'resolved') return m.queue.resolved
  if (!alarm.owner) return m.queue.unowned
  return alarm.owner.id === meId ? m.queue.you : m.queue.owner(alarm.owner.name)
}
