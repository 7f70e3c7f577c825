import { expect, test } from 'vitest'
import { decodeKey, parseConfig } from './config.ts'

const defaults = { dataFolder: '/srv/anju/data' }
const errorsOf = (env: Record<string, string>): string[] => {
  const parsed = parseConfig(env, defaults)
  return parsed.ok ? [] : parsed.errors
}
const configOf = (env: Record<string, string>) => {
  const parsed = parseConfig(env, defaults)
  if (!parsed.ok) throw new Error(parsed.errors.join(' '))
  return parsed.config
}

test('an empty environment is a whole demo installation on loopback', () => {
  expect(configOf({ ANJU_MQTT_PORT: ' ' })).toEqual({
    host: '127.0.0.1',
    httpPort: 8080,
    mqttPort: 1883,
    mqttsPort: null,
    probeBroker: null,
    probeEveryS: 180,
    wsPort: null,
    ingressPort: 8081,
    publicUrl: null,
    tls: null,
    dataFolder: '/srv/anju/data',
    key: null,
    databaseUrl: null,
    demo: true,
    demoSeed: null,
    simulator: true,
    adminPassword: null,
    webhook: null,
    aliveUrl: null,
    relay: null,
    callSecret: null,
    dial: null,
    anchorFolder: null,
    logLevel: 'info',
    gatewayUrls: ['http://127.0.0.1:8081'],
    map: { dataPath: null, tiles: null },
  })
})

test('without demo sign-ins the listeners are open to every address', () => {
  expect(configOf({ ANJU_DEMO: 'off' }).host).toBe('0.0.0.0')
})

test('a certificate brings MQTT over TLS on 8883', () => {
  const config = configOf({ ANJU_TLS_CERT: '/a.pem', ANJU_TLS_KEY: '/b.pem' })
  expect(config).toMatchObject({ mqttsPort: 8883, tls: { certPath: '/a.pem', keyPath: '/b.pem' } })
})

test('the gateway door follows the ingress port, and several doors can be named', () => {
  expect(configOf({ ANJU_INGRESS_PORT: '9000' }).gatewayUrls).toEqual(['http://127.0.0.1:9000'])
  expect(configOf({ ANJU_GATEWAY_URLS: 'http://a:1/, http://b:2' }).gatewayUrls).toEqual(['http://a:1', 'http://b:2'])
})

test('all that is wrong is said at once, in the order of reading', () => {
  expect(
    errorsOf({
      ANJU_HTTP_PORT: '80a',
      ANJU_MQTTS_PORT: '70000',
      ANJU_TLS_KEY: '/b.pem',
      ANJU_KEY: 'short',
      ANJU_DEMO: 'maybe',
      ANJU_ADMIN_PASSWORD: 'a',
      ANJU_WEBHOOK_URL: 'ftp://x',
      ANJU_DIAL_URL: 'https://pbx.example/dial',
      ANJU_CALL_SECRET: 'short',
      ANJU_GATEWAY_URLS: 'http://a,b',
      ANJU_LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://secret@host/x',
    }),
  ).toEqual([
    'ANJU_TLS_CERT and ANJU_TLS_KEY belong together: set both or neither.',
    'ANJU_MQTTS_PORT must be a port number from 0 to 65535, not "70000".',
    'ANJU_DEMO must be one of on, off, not "maybe".',
    'ANJU_WEBHOOK_URL must be an address that begins with https:// or http://.',
    'ANJU_WEBHOOK_URL and ANJU_WEBHOOK_SECRET belong together: set both or neither.',
    'ANJU_DIAL_URL and ANJU_DIAL_SECRET belong together: set both or neither.',
    'ANJU_GATEWAY_URLS must be addresses that begin with http:// or https://, separated by commas.',
    'ANJU_HTTP_PORT must be a port number from 0 to 65535, not "80a".',
    'ANJU_KEY must be 32 bytes, written as 64 hex digits or as base64.',
    'DATABASE_URL must be an address that begins with postgres:// or postgresql://.',
    'ANJU_ADMIN_PASSWORD must have at least 8 characters.',
    'ANJU_CALL_SECRET must have at least 24 characters.',
    'ANJU_LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, not "loud".',
  ])
})

test('two listeners cannot share a port, unless the system picks it', () => {
  expect(errorsOf({ ANJU_HTTP_PORT: '1883' })).toEqual(['ANJU_HTTP_PORT and ANJU_MQTT_PORT are both 1883.'])
  expect(errorsOf({ ANJU_HTTP_PORT: '0', ANJU_MQTT_PORT: '0' })).toEqual([])
})

test('a TLS port without a certificate is refused', () => {
  expect(errorsOf({ ANJU_MQTTS_PORT: '8883' })).toEqual([
    'ANJU_MQTTS_PORT needs a certificate: set ANJU_TLS_CERT and ANJU_TLS_KEY.',
  ])
})

test('hex, base64 and base64url say the same key; 31 and 33 bytes say none', () => {
  const bytes = Buffer.from(Array.from({ length: 32 }, (_, n) => n * 8 + 3))
  for (const encoding of ['hex', 'base64', 'base64url'] as const) {
    expect(decodeKey(bytes.toString(encoding))).toEqual(new Uint8Array(bytes))
  }
  expect(decodeKey(bytes.subarray(1).toString('base64'))).toBeNull()
  expect(decodeKey(Buffer.concat([bytes, bytes.subarray(0, 1)]).toString('base64'))).toBeNull()
})

test('tiles name the system they are drawn in, or are refused', () => {
  const ANJU_MAP_TILES = 'https://tiles.example/{z}/{x}/{y}.png'
  const { map } = configOf({
    ANJU_MAP_TILES,
    ANJU_MAP_TILES_SYSTEM: 'cgcs2000',
    ANJU_MAP_TILES_ATTRIBUTION: '天地图',
    ANJU_MAP_DATA: '/srv/county.geojson',
  })
  const tiles = { urls: [ANJU_MAP_TILES], system: 'wgs84', attribution: '天地图' }
  expect(map).toEqual({ dataPath: '/srv/county.geojson', tiles })
  expect(errorsOf({ ANJU_MAP_TILES })).toEqual([
    'ANJU_MAP_TILES needs ANJU_MAP_TILES_SYSTEM: one of wgs84, cgcs2000, gcj02.',
  ])
  expect(errorsOf({ ANJU_MAP_TILES: 'https://tiles.example/', ANJU_MAP_TILES_SYSTEM: 'gcj02' })).toEqual([
    'ANJU_MAP_TILES must be web addresses that hold {z}, {x} and {y}, separated by spaces.',
  ])
})
