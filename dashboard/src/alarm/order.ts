import { isOpenState } from '@anju/domain/alarm/kinds'
import type { Alarm, Priority } from '../api/shapes.ts'

/** A press the gateway holds while the database is away: nobody has stored it, and somebody must know (promise 11). */
export type Unstored = {
  key: string
  deviceId: string
  /** When the gateway got them, oldest first. */
  presses: readonly string[]
  elderName: string
  place: string
}
export type QueueItem =
  { key: string; alarm: Alarm; unstored?: never } | { key: string; unstored: Unstored; alarm?: never }

const rank: Record<Priority, number> = { high: 0, medium: 1, low: 2 }

/** Out of the queue for a while, for a reason; a press or its time brings it back. */
export const shelved = (alarm: Alarm): boolean => alarm.state === 'raised' && alarm.shelvedUntil !== null
export const unowned = (alarm: Alarm): boolean => alarm.state === 'raised' && !shelved(alarm)
/** The one thing that may be red; a rehearsal never is, so that red always means somebody. */
export const isRed = (alarm: Alarm): boolean => unowned(alarm) && alarm.priority === 'high' && alarm.drillId === null
export const isOpen = (alarm: Alarm): boolean => isOpenState(alarm.state)
/** In the queue: open, and not on the shelf. */
export const queues = (alarm: Alarm): boolean => isOpen(alarm) && !shelved(alarm)

/**
 * Unowned first, then what is no rehearsal, then priority, then the longest wait; the id settles a tie, so that equal
 * rows never swap.
 */
export function before(a: Alarm, b: Alarm): number {
  return (
    Number(unowned(b)) - Number(unowned(a)) ||
    Number(a.drillId !== null) - Number(b.drillId !== null) ||
    rank[a.priority] - rank[b.priority] ||
    a.raisedAt.localeCompare(b.raisedAt) ||
    a.id.localeCompare(b.id)
  )
}

/** The queue's true order; presses not yet stored stand above everything, oldest first. */
export function ordered(alarms: Iterable<Alarm>, unstored: readonly Unstored[]): QueueItem[] {
  const waiting = [...unstored].sort((a, b) => since(a).localeCompare(since(b)))
  return [
    ...waiting.map((item) => ({ key: item.key, unstored: item })),
    ...[...alarms].sort(before).map((alarm) => ({ key: alarm.id, alarm })),
  ]
}

/**
 * What is drawn while pointer or focus is inside: the order as it was, resolved rows still in their place, newcomers
 * apart. Not frozen (`held` null): the true order of what is open.
 */
export function arranged(
  items: readonly QueueItem[],
  held: readonly string[] | null,
): { rows: QueueItem[]; fresh: QueueItem[] } {
  const open = items.filter((item) => !item.alarm || queues(item.alarm))
  if (!held) return { rows: open, fresh: [] }
  const byKey = new Map(items.map((item) => [item.key, item]))
  const inPlace = new Set(held)
  return {
    rows: held.flatMap((key) => byKey.get(key) ?? []),
    fresh: open.filter((item) => !inPlace.has(item.key)),
  }
}

/** After this long without a movement nobody is about to press what lies under the pointer. */
export const RESTED_MS = 10_000
/** How many newcomers the bar names; one more that waits, and the order moves so that it is painted too. */
export const NAMED = 3

/** Whether the order stays held for a hand inside the queue, given who waits apart meanwhile. Times in ms. */
export function staysHeld(
  hand: { inside: boolean; stirredAt: number },
  fresh: readonly QueueItem[],
  now: number,
): boolean {
  if (!hand.inside || now - hand.stirredAt >= RESTED_MS) return false
  return fresh.filter((item) => !item.alarm || unowned(item.alarm)).length <= NAMED
}

/** Those on the shelf, the first to come back first. */
export function onShelf(alarms: Iterable<Alarm>): Alarm[] {
  return [...alarms]
    .filter(shelved)
    .sort((a, b) => (a.shelvedUntil ?? '').localeCompare(b.shelvedUntil ?? '') || a.id.localeCompare(b.id))
}

/** What somebody must look at again: due by `now` (ms), the longest due first, and how many are still to come. */
export function followUps(alarms: Iterable<Alarm>, now: number): { due: Alarm[]; later: number } {
  const open = [...alarms].filter((alarm) => alarm.state === 'follow-up' && alarm.followUpAt !== null)
  const due = open.filter(({ followUpAt }) => Date.parse(followUpAt ?? '') <= now)
  due.sort((a, b) => (a.followUpAt ?? '').localeCompare(b.followUpAt ?? '') || a.id.localeCompare(b.id))
  return { due, later: open.length - due.length }
}

/** What was not heard while the link was away, found by reading the open alarms anew: it sounds now. */
export function missed(
  known: ReadonlyMap<string, Alarm>,
  open: readonly Alarm[],
): { name: 'raised' | 'pressed'; alarm: Alarm }[] {
  const told: { name: 'raised' | 'pressed'; alarm: Alarm }[] = []
  for (const alarm of open) {
    const before = known.get(alarm.id)
    if (!before) told.push({ name: 'raised', alarm })
    else if (alarm.presses > before.presses) told.push({ name: 'pressed', alarm })
  }
  return told
}

/** Since when a press waits to be stored. */
export const since = (held: Unstored): string => held.presses[0] ?? ''

/** The device's press has been stored: its alarm has been pressed since the gateway held it. */
export function isStored(held: Unstored, alarm: Alarm): boolean {
  if (alarm.deviceId !== held.deviceId) return false
  return Date.parse(alarm.lastPressAt ?? alarm.raisedAt) >= Date.parse(held.presses.at(-1) ?? '') - STORED_SLACK_MS
}
/** Gateway and database may stamp the same press a moment apart. */
const STORED_SLACK_MS = 2_000
