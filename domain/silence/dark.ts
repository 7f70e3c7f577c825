import { groupSilent, SHARED_FROM, SHARED_PART, type SilenceGroup, type SilentDevice } from './silence.ts'

/**
 * One power cut is noticed over this long: what hangs on mains is asked after between 10 and 30 minutes after its last
 * word (`device/kinds.ts`), and somebody may have set one's patience higher.
 */
export const NOTICED_WITHIN_MS = 3_600_000
/** A device with more patience than this, as a meter that is asked after in days, tells nothing of a cut within the hour. */
export const SHOWS_WITHIN_S = 3600

/** A silent device, noticed at `since`. */
export interface NoticedSilent extends SilentDevice {
  since: Date
}

/** An open alarm of silence, no rehearsal's. */
export interface StandingSilence {
  id: string
  subject: string
  cause: 'community' | 'single'
  areaId: string
  elderId: string | null
  /** All that it lists. */
  devices: string[]
  /** Those of them that are silent still, where they stand now. */
  silent: NoticedSilent[]
  /** A named person has it, or put it aside with a reason. */
  taken: boolean
}

export interface PlacedSilence extends SilenceGroup {
  /** The open alarm that they join; null: one of their own. */
  joins: StandingSilence | null
  /** Open alarms that told of some of them singly, and are part of this one from now on. */
  folds: StandingSilence[]
}

/**
 * What becomes of devices that were just found silent (`fresh`), beside the alarms that stand, so that one cause is one
 * alarm though its devices are noticed one after the other:
 *
 * - A village that is dark already takes every later one. It is dark while half of what its alarm lists is silent.
 * - A village becomes dark when what was noticed within the hour, in an alarm of its own or not, is half of what would
 *   have shown it (`inArea`), and three. Single alarms about nothing else are folded into its alarm; one that a person
 *   has in hand stays theirs, and its devices are listed in both.
 * - A device whose hub stands silent in the same village joins its hub's alarm.
 * - A hub that is noticed after its children, as they have less patience, takes in the single alarms of the hour that
 *   told of nothing else.
 * - The rest are grouped among themselves (`groupSilent`).
 *
 * Every fresh device stands in exactly one, and each alarm is folded at most once.
 */
export function placeSilent(
  fresh: readonly NoticedSilent[],
  standing: readonly StandingSilence[],
  inArea: ReadonlyMap<string, number>,
  now: Date,
): PlacedSilence[] {
  const placed: PlacedSilence[] = []
  const left = new Map(fresh.map((device) => [device.id, device]))
  const singles = standing.filter(({ cause }) => cause === 'single')
  for (const [areaId, here] of Map.groupBy(fresh, (device) => device.areaId)) {
    const village = standing.find((alarm) => alarm.cause === 'community' && alarm.areaId === areaId) ?? null
    const noticed = new Set(here.map(({ id }) => id))
    for (const device of singles.flatMap(({ silent }) => silent)) {
      if (device.areaId === areaId && isOfNow(device, now)) noticed.add(device.id)
    }
    const dark = village !== null && isDark(village)
    const whole = inArea.get(areaId) ?? noticed.size
    if (!dark && (noticed.size < SHARED_FROM || noticed.size < whole * SHARED_PART)) continue
    const folds = foldable(singles, noticed)
    placed.push({ cause: 'community', ref: areaId, devices: [...noticed].sort(), joins: village, folds })
    for (const { id } of here) left.delete(id)
  }
  for (const [hubId, children] of Map.groupBy([...left.values()], (device) => device.hubId)) {
    const joins = hubId === null ? undefined : singles.find((alarm) => isOfHub(alarm, hubId, children))
    if (hubId === null || joins === undefined) continue
    const mine = children.filter(({ areaId }) => joins.silent.some((one) => one.id === hubId && one.areaId === areaId))
    placed.push({ cause: 'hub', ref: hubId, devices: mine.map(({ id }) => id).sort(), joins, folds: [] })
    for (const { id } of mine) left.delete(id)
  }
  for (const hub of [...left.values()]) {
    if (!left.has(hub.id)) continue
    const isChild = (one: NoticedSilent): boolean =>
      one.hubId === hub.id && one.id !== hub.id && one.areaId === hub.areaId
    const before = singles.flatMap(({ silent }) => silent).filter((one) => isChild(one) && isOfNow(one, now))
    if (before.length === 0) continue
    const noticed = new Set([hub, ...before, ...[...left.values()].filter(isChild)].map(({ id }) => id))
    const folds = foldable(singles, noticed)
    placed.push({ cause: 'hub', ref: hub.id, devices: [...noticed].sort(), joins: null, folds })
    for (const id of noticed) left.delete(id)
  }
  const alone = groupSilent([...left.values()], inArea)
  return [...placed, ...alone.map((group) => ({ ...group, joins: null, folds: [] }))]
}

/** Nobody has them in hand, and they told of nothing but these devices. */
function foldable(singles: readonly StandingSilence[], noticed: ReadonlySet<string>): StandingSilence[] {
  return singles.filter(({ taken, devices }) => !taken && devices.length > 0 && devices.every((id) => noticed.has(id)))
}

function isOfNow({ since }: NoticedSilent, now: Date): boolean {
  return since.getTime() > now.getTime() - NOTICED_WITHIN_MS
}

/** Once most of it speaks again, what falls silent later has a cause of its own, though the alarm latches. */
function isDark({ devices, silent }: StandingSilence): boolean {
  return silent.length > 0 && silent.length >= devices.length * SHARED_PART
}

/** A device that was moved and still names its old hub fell silent for a reason of its own. */
function isOfHub({ silent }: StandingSilence, hubId: string, children: readonly SilentDevice[]): boolean {
  const hub = silent.find(({ id }) => id === hubId)
  return hub !== undefined && children.some(({ areaId }) => areaId === hub.areaId)
}
