import { expect, test } from 'vitest'
import { pairingAddress } from './pairing.ts'

const secret = '00'.repeat(32)

test.each([
  [{ host: 'anju.example.gov.cn', port: 8883, tls: true }, `mqtts://btn-1:${secret}@anju.example.gov.cn:8883/anju/v1`],
  [{ host: '10.0.0.5', port: 1883, tls: false }, `mqtt://btn-1:${secret}@10.0.0.5:1883/anju/v1`],
])('a card’s code for %j is an address that any URL reader takes apart', (broker, address) => {
  expect(pairingAddress({ id: 'btn-1', secret, broker })).toBe(address)
  const url = new URL(address)
  expect([url.username, url.password, url.hostname, url.port, url.pathname]).toEqual([
    'btn-1',
    secret,
    broker.host,
    String(broker.port),
    '/anju/v1',
  ])
})
