import { parseTileUrls, systemOfTiles, tileSystems, type Tiles } from './place/tiles.ts'

/** What an installation is told by its environment. Parsed once, at the start of every process. */
export type Config = {
  /** Address the listeners bind. Loopback while demo sign-ins exist, every address otherwise. */
  host: string
  httpPort: number
  mqttPort: number
  /** MQTT over TLS; null without a certificate. */
  mqttsPort: number | null
  /** MQTT over WebSocket; null unless asked for. */
  wsPort: number | null
  /** The gateway's own HTTP door for devices without MQTT. */
  ingressPort: number
  /** Where people reach the site, without a trailing slash; null: `http(s)://<host>:<httpPort>`. */
  publicUrl: string | null
  /** Paths of PEM files. */
  tls: { certPath: string; keyPath: string } | null
  dataFolder: string
  /** The master key, 32 bytes; null: kept in the data folder. */
  key: Uint8Array | null
  /** null: the embedded server. */
  databaseUrl: string | null
  demo: boolean
  /** What the demo's people, addresses and readings follow from; null: the usual county. */
  demoSeed: string | null
  /** Whether the demo's devices are played by the simulator; only with the demo. */
  simulator: boolean
  /** First password of `admin`; null: generated and printed once. */
  adminPassword: string | null
  /** Seconds between two test presses of our own; 0: none. */
  probeEveryS: number
  /** Where they press; null: the broker of this very installation. */
  probeBroker: string | null
  /** The outside: where escalations go, signed with the secret (HMAC-SHA256). */
  webhook: { url: string; secret: string } | null
  /** Asked for once a minute while all is well, so that its silence tells the outside of our own death; null: not. */
  aliveUrl: string | null
  /** What an exchange signs its calls with; null: none are taken. */
  callSecret: string | null
  /** An exchange that dials for us, told so by messages signed with the secret. */
  dial: { url: string; secret: string } | null
  /** Where the daily roots of evidence are written for a second party; null: nowhere. */
  anchorFolder: string | null
  /** Servers that lead two browsers to each other; none: they find each other within one network alone. */
  relay: Relay | null
  logLevel: LogLevel
  /** Origins of the gateways' HTTP doors, for what the API asks of them. */
  gatewayUrls: string[]
  map: {
    /** A GeoJSON file of the county's own; null: the demo county's, or none. */
    dataPath: string | null
    /** null: nothing is drawn under the county's own data, and nothing is asked of anybody. */
    tiles: Tiles | null
  }
}

/** STUN and TURN; a TURN server takes what is signed with the secret (its `static-auth-secret`). */
export interface Relay {
  urls: string[]
  secret: string | null
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export type Environment = Readonly<Record<string, string | undefined>>
export type ParsedConfig = { ok: true; config: Config } | { ok: false; errors: string[] }

/**
 * Reads every setting and answers a whole `Config`, or all that is wrong with the environment, one plain sentence
 * each. An empty value counts as unset. `defaults.dataFolder` is used when `ANJU_DATA` is unset.
 */
export function parseConfig(env: Environment, defaults: { dataFolder: string }): ParsedConfig {
  const errors: string[] = []
  const text = (name: string): string | null => env[name]?.trim() || null

  const port = (name: string): number | null => {
    const value = text(name)
    if (value === null) return null
    if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value)
    errors.push(`${name} must be a port number from 0 to 65535, not "${value}".`)
    return null
  }

  const url = (name: string, protocols: string[]): string | null => {
    const value = text(name)
    if (value === null) return null
    if (hasProtocol(value, protocols)) return value
    // The value itself may hold a password, so it is not repeated.
    errors.push(`${name} must be an address that begins with ${protocols.map((each) => `${each}//`).join(' or ')}.`)
    return null
  }

  const choice = <T extends string>(name: string, choices: readonly T[], otherwise: T): T => {
    const value = text(name)
    if (value === null) return otherwise
    const found = choices.find((each) => each === value)
    if (found === undefined) errors.push(`${name} must be one of ${choices.join(', ')}, not "${value}".`)
    return found ?? otherwise
  }

  const pair = (first: string, second: string): [string, string] | null => {
    const [a, b] = [text(first), text(second)]
    if (a !== null && b !== null) return [a, b]
    if (a !== null || b !== null) errors.push(`${first} and ${second} belong together: set both or neither.`)
    return null
  }

  const masterKey = (): Uint8Array | null => {
    const value = text('ANJU_KEY')
    if (value === null) return null
    const bytes = decodeKey(value)
    if (bytes === null) errors.push('ANJU_KEY must be 32 bytes, written as 64 hex digits or as base64.')
    return bytes
  }

  const adminPassword = (): string | null => {
    const value = env['ANJU_ADMIN_PASSWORD'] || null
    if (value === null || value.length >= MIN_PASSWORD_LENGTH) return value
    errors.push(`ANJU_ADMIN_PASSWORD must have at least ${MIN_PASSWORD_LENGTH} characters.`)
    return null
  }

  const callSecret = (): string | null => {
    const value = text('ANJU_CALL_SECRET')
    if (value === null || value.length >= MIN_SECRET_LENGTH) return value
    errors.push(`ANJU_CALL_SECRET must have at least ${MIN_SECRET_LENGTH} characters.`)
    return null
  }

  const probeEveryS = (): number => {
    const value = text('ANJU_PROBE_EVERY_S') ?? String(PROBE_EVERY_S)
    const seconds = /^\d{1,5}$/.test(value) ? Number(value) : NaN
    if (seconds === 0 || seconds >= PROBE_AT_LEAST_S) return seconds
    errors.push(`ANJU_PROBE_EVERY_S must be 0 (none) or at least ${PROBE_AT_LEAST_S} seconds, not "${value}".`)
    return PROBE_EVERY_S
  }

  const relay = (): Relay | null => {
    const urls = (text('ANJU_RELAY_URLS') ?? '').split(/[\s,]+/).filter((each) => each !== '')
    const secret = text('ANJU_RELAY_SECRET')
    if (urls.some((each) => !/^(stun|stuns|turn|turns):[^\s]+$/.test(each))) {
      errors.push('ANJU_RELAY_URLS must be addresses that begin with stun:, stuns:, turn: or turns:.')
    } else if (secret === null && urls.some((each) => each.startsWith('turn'))) {
      errors.push('ANJU_RELAY_URLS names a TURN server: set ANJU_RELAY_SECRET to its static-auth-secret.')
    }
    return urls.length === 0 ? null : { urls, secret }
  }

  const tiles = (): Tiles | null => {
    const value = text('ANJU_MAP_TILES')
    const urls = value === null ? [] : parseTileUrls(value)
    const system = choice('ANJU_MAP_TILES_SYSTEM', ['', ...tileSystems], '')
    if (urls === null) {
      // An address may hold a key, so it is not repeated.
      errors.push('ANJU_MAP_TILES must be web addresses that hold {z}, {x} and {y}, separated by spaces.')
    } else if (urls.length > 0 && system === '') {
      errors.push(`ANJU_MAP_TILES needs ANJU_MAP_TILES_SYSTEM: one of ${tileSystems.join(', ')}.`)
    } else if (urls.length > 0 && system !== '') {
      return { urls, system: systemOfTiles(system), attribution: text('ANJU_MAP_TILES_ATTRIBUTION') ?? '' }
    }
    return null
  }

  const certificate = pair('ANJU_TLS_CERT', 'ANJU_TLS_KEY')
  const mqttsPort = port('ANJU_MQTTS_PORT')
  if (mqttsPort !== null && text('ANJU_TLS_CERT') === null) {
    errors.push('ANJU_MQTTS_PORT needs a certificate: set ANJU_TLS_CERT and ANJU_TLS_KEY.')
  }
  const demo = choice('ANJU_DEMO', ['on', 'off'], 'on') === 'on'
  const ingressPort = port('ANJU_INGRESS_PORT') ?? 8081
  const webhookUrl = url('ANJU_WEBHOOK_URL', ['https:', 'http:'])
  const webhook = pair('ANJU_WEBHOOK_URL', 'ANJU_WEBHOOK_SECRET')
  const dialUrl = url('ANJU_DIAL_URL', ['https:', 'http:'])
  const dial = pair('ANJU_DIAL_URL', 'ANJU_DIAL_SECRET')
  const gatewayUrls = (text('ANJU_GATEWAY_URLS') ?? `http://127.0.0.1:${ingressPort}`)
    .split(',')
    .map((each) => withoutSlash(each.trim()))
  if (!gatewayUrls.every((each) => hasProtocol(each, ['http:', 'https:']))) {
    errors.push('ANJU_GATEWAY_URLS must be addresses that begin with http:// or https://, separated by commas.')
  }
  const publicUrl = url('ANJU_PUBLIC_URL', ['http:', 'https:'])

  const config: Config = {
    host: text('ANJU_HOST') ?? (demo ? '127.0.0.1' : '0.0.0.0'),
    httpPort: port('ANJU_HTTP_PORT') ?? 8080,
    mqttPort: port('ANJU_MQTT_PORT') ?? 1883,
    mqttsPort: certificate === null ? null : (mqttsPort ?? 8883),
    wsPort: port('ANJU_WS_PORT'),
    ingressPort,
    publicUrl: publicUrl === null ? null : withoutSlash(publicUrl),
    tls: certificate === null ? null : { certPath: certificate[0], keyPath: certificate[1] },
    dataFolder: text('ANJU_DATA') ?? defaults.dataFolder,
    key: masterKey(),
    databaseUrl: url('DATABASE_URL', ['postgres:', 'postgresql:']),
    demo,
    demoSeed: text('ANJU_DEMO_SEED'),
    simulator: demo && choice('ANJU_SIMULATOR', ['on', 'off'], 'on') === 'on',
    adminPassword: adminPassword(),
    webhook: webhook === null || webhookUrl === null ? null : { url: webhookUrl, secret: webhook[1] },
    callSecret: callSecret(),
    dial: dial === null || dialUrl === null ? null : { url: dialUrl, secret: dial[1] },
    probeEveryS: probeEveryS(),
    probeBroker: url('ANJU_PROBE_BROKER', ['mqtt:', 'mqtts:']),
    aliveUrl: url('ANJU_ALIVE_URL', ['https:', 'http:']),
    anchorFolder: text('ANJU_ANCHOR_DIR'),
    relay: relay(),
    logLevel: choice('ANJU_LOG_LEVEL', logLevels, 'info'),
    gatewayUrls,
    map: { dataPath: text('ANJU_MAP_DATA'), tiles: tiles() },
  }
  errors.push(...sharedPorts(config))
  return errors.length === 0 ? { ok: true, config } : { ok: false, errors }
}

/** Length alone keeps a guessed password out; anything shorter falls to a list within the throttle's limits. */
const MIN_PASSWORD_LENGTH = 8

/** Whoever guesses it can make telephones ring; 24 characters hold 16 random bytes as base64. */
const MIN_SECRET_LENGTH = 24

const PROBE_EVERY_S = 180
/** One is decided within 20 s of being pressed; the next must not begin before. */
const PROBE_AT_LEAST_S = 30

const KEY_BYTES = 32

/** The key's bytes from 64 hex digits, base64 or base64url; null when it is not exactly 32 bytes. */
export function decodeKey(value: string): Uint8Array | null {
  if (/^[0-9a-f]{64}$/i.test(value)) return Uint8Array.from(value.match(/../g) ?? [], (pair) => parseInt(pair, 16))
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(value)) return null
  const binary = atob(value.replaceAll('-', '+').replaceAll('_', '/').replace('=', ''))
  return binary.length === KEY_BYTES ? Uint8Array.from(binary, (char) => char.charCodeAt(0)) : null
}

function sharedPorts(config: Config): string[] {
  const named: [string, number | null][] = [
    ['ANJU_HTTP_PORT', config.httpPort],
    ['ANJU_MQTT_PORT', config.mqttPort],
    ['ANJU_MQTTS_PORT', config.mqttsPort],
    ['ANJU_WS_PORT', config.wsPort],
    ['ANJU_INGRESS_PORT', config.ingressPort],
  ]
  // 0 asks the system for any free port, so two zeroes never meet.
  const taken = named.filter(([, port]) => port !== null && port !== 0)
  return taken.flatMap(([name, port], at) =>
    taken.slice(0, at).flatMap(([other, same]) => (same === port ? [`${other} and ${name} are both ${port}.`] : [])),
  )
}

function hasProtocol(value: string, protocols: string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol)
}

function withoutSlash(value: string): string {
  return value.replace(/\/+$/, '')
}
