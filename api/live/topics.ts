import { may, type Action, type Role } from '@anju/domain/access/role'
import { Refusal } from '@anju/domain/error'

/** What a stream may be asked for, and the action its listener needs. */
const topics: Record<string, Action> = {
  alarm: 'read-alarms',
  device: 'read-devices',
  desk: 'read-alarms',
  command: 'read-devices',
  elder: 'read-people',
  call: 'read-calls',
  referral: 'read-people',
  'care-check': 'read-people',
  visit: 'read-visits',
}

/** One screen shows a handful of elders' latest values; a stream that asks for more asks for lists instead. */
const MAX_ELDERS = 50

export interface Wanted {
  topics: ReadonlySet<string>
  elderIds: readonly string[]
}

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

/**
 * Reads `topics`: a comma list of the topics above and `elder:<id>`; without it, all that the role
 * may see. Refuses `invalid-request` for an unknown topic and `not-allowed` for one that is not the role's.
 */
export function parseTopics(text: string | undefined, role: Role): Wanted {
  if (text === undefined || text === '') {
    return { topics: new Set(Object.keys(topics).filter((topic) => mayHear(role, topic))), elderIds: [] }
  }
  const words = text.split(',').map((word) => word.trim())
  const elderIds = words.flatMap((word) => new RegExp(`^elder:(${uuid})$`).exec(word)?.[1] ?? [])
  const named = words.filter((word) => !/^elder:/.test(word))
  const unknown = named.find((word) => !Object.hasOwn(topics, word))
  if (unknown !== undefined || named.length + elderIds.length !== words.length) {
    throw new Refusal(
      'invalid-request',
      `topics: ${Object.keys(topics).join(', ')} or elder:<id>, separated by commas.`,
    )
  }
  if (elderIds.length > MAX_ELDERS) throw new Refusal('invalid-request', `topics: at most ${MAX_ELDERS} elders.`)
  if (!named.every((word) => mayHear(role, word)) || (elderIds.length > 0 && !mayHear(role, 'elder'))) {
    throw new Refusal('not-allowed')
  }
  return { topics: new Set(named), elderIds: [...new Set(elderIds)] }
}

function mayHear(role: Role, topic: string): boolean {
  const action = topics[topic]
  return action !== undefined && may(role, action)
}
