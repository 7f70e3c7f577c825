import type { Broker } from '../api/shapes.ts'

/**
 * What a device card's code says: an MQTT address with the device's id and secret (docs/devices.md, Device card).
 * Ids, secrets and host names need no escaping in it.
 */
export function pairingAddress({ id, secret, broker }: { id: string; secret: string; broker: Broker }): string {
  const { host, port, tls } = broker
  return `${tls ? 'mqtts' : 'mqtt'}://${id}:${secret}@${host}:${port}/anju/v1`
}
