import { readFileSync } from 'node:fs'
import type { Condition } from '../life/person.ts'
import type { Door } from '../phone/visit.ts'

/** One registered device and what the simulator may know of the place it stands in. */
export type FleetDevice = {
  id: string
  kind: string
  secret: string
  /** How it reaches the platform; 'mqtt' unless given. */
  way?: 'mqtt' | 'http'
  /** A hub's bound devices. */
  children?: { id: string; kind: string }[]
  /** Devices of one home live one household's days; alone unless given. */
  home?: string
  /** Its village or estate, whose power goes and comes back together. */
  community?: string
  /** Who lives there, in the order of the meters' user numbers. */
  people?: { bornIn?: number; sex?: 'female' | 'male'; conditions?: Condition[] }[]
  /** A door reader's visitors: numbers of their badges (hex), most frequent first. */
  badges?: string[]
}

export type SignIn = { username: string; password: string }

/** What the caregivers' rounds need: the platform's site, who shows the QR codes and plans, the doors, and who goes. */
export type Visiting = {
  site: string
  /** Shows the QR code by which a caregiver's phone is taken into use, and sees every visit. */
  bureau: SignIn
  /** Asks after visits, as 12349 does. */
  desk: SignIn
  /** Plans visits for its own caregivers, and telephones after them. */
  provider: SignIn & { id: string }
  caregivers: { id: string; badge: string; provider: string }[]
  doors: Door[]
}

export type FleetFile = {
  broker: string
  /** http address of the HTTP ingress, for meters with `way: 'http'` and for phones. */
  ingress?: string
  devices: FleetDevice[]
  visiting?: Visiting
}

/**
 * Reads a fleet: JSON as above, or CSV with the columns `id`, `kind`, `secret` and, if there, `hub` and `way`. Throws a plain
 * sentence when it is neither.
 */
export function readFleet(path: string, broker = 'mqtt://127.0.0.1:1883'): FleetFile {
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  if (!text.trimStart().startsWith('{')) return { broker, devices: fromCsv(path, text) }
  const fleet = fromJson(text)
  if (!Array.isArray(fleet.devices)) throw new Error(`${path} names no devices`)
  return { ...fleet, broker: fleet.broker ?? broker }
}

/** Written by our own parent, or by a person who is told what is missing. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-return
const fromJson = (text: string): Partial<FleetFile> & { devices: FleetDevice[] } => JSON.parse(text)

function fromCsv(path: string, text: string): FleetDevice[] {
  const [head = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const columns = head.split(',').map((name) => name.trim())
  const missing = ['id', 'kind', 'secret'].filter((name) => !columns.includes(name))
  if (missing.length > 0) throw new Error(`${path} is neither JSON nor a table with ${missing.join(', ')}`)
  const rows = lines.map((line) => {
    const cells = line.split(',').map((cell) => cell.trim())
    return (name: string): string => cells[columns.indexOf(name)] ?? ''
  })
  const device = (row: (name: string) => string): FleetDevice => ({
    id: row('id'),
    kind: row('kind'),
    secret: row('secret'),
    ...(row('way') === 'http' ? { way: 'http' } : {}),
  })
  const children = (hub: string) =>
    rows.filter((row) => row('hub') === hub).map((row) => ({ id: row('id'), kind: row('kind') }))
  return rows
    .filter((row) => row('hub') === '')
    .map(device)
    .map((each) => (each.kind === 'hub' ? { ...each, children: children(each.id) } : each))
}
