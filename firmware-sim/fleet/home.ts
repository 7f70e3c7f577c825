import type { Household, Tool } from '../life/day.ts'
import { type Condition, personOf } from '../life/person.ts'
import type { Door } from '../life/rounds.ts'
import { isMeterKind } from '../meter.ts'
import { seeded } from '../random.ts'
import type { FleetDevice } from './file.ts'

/** The illness for which somebody has such a meter at home. */
const reasons: Partial<Record<string, Condition>> = {
  'bp-meter': 'hypertension',
  'glucose-meter': 'diabetes',
  oximeter: 'copd',
}

/** The households that devices stand in; those that name no home stand alone in one. */
export function householdsOf(devices: readonly FleetDevice[], seed: number): Household[] {
  const homes = new Map<string, FleetDevice[]>()
  for (const device of devices) {
    const home = device.home ?? device.id
    homes.set(home, [...(homes.get(home) ?? []), device])
  }
  return [...homes].map(([id, inside]) => {
    const tools = inside.flatMap(toolsOf)
    const hints = inside.find((device) => device.people !== undefined)?.people ?? [{ conditions: reasonsFor(tools) }]
    const row = seeded(seed, `market/${inside[0]?.community ?? id}`).whole(0, 2)
    return {
      id,
      seed,
      people: hints.map((hint, n) => personOf(seed, `${id}/${n}`, hint)),
      tools,
      market: row === 0 ? 0 : row === 1 ? 1 : 2,
    }
  })
}

function toolsOf(device: FleetDevice): Tool[] {
  return [device, ...(device.children ?? [])].flatMap(({ id, kind }) =>
    isMeterKind(kind) || kind === 'button' || kind === 'door-reader' ? [{ device: id, kind }] : [],
  )
}

function reasonsFor(tools: readonly Tool[]): Condition[] {
  return tools.flatMap(({ kind }) => reasons[kind] ?? [])
}

/** Doors with a reader, and who comes there: invented badges where none are named, one for every seven doors. */
export function doorsOf(devices: readonly FleetDevice[]): Door[] {
  const readers = devices.flatMap((device) => {
    const own = [device, ...(device.children ?? [])].filter(({ kind }) => kind === 'door-reader')
    return own.map(({ id }) => ({ device: id, badges: device.badges }))
  })
  return readers.map(({ device, badges }, n) => ({ device, badges: badges ?? [inventedBadge(Math.floor(n / 7))] }))
}

/** Begins with 04, as a badge of 7 bytes does; no badge of the platform's. */
export function inventedBadge(n: number): string {
  return `04DE00${n.toString(16).padStart(6, '0').toUpperCase()}80`
}
