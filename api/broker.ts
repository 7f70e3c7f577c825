import type { Config } from '@anju/domain/config'

/** Our own broker's address, as devices on this machine reach it; null where its port is not known beforehand. */
export function brokerOf({ host, mqttPort }: Pick<Config, 'host' | 'mqttPort'>): string | null {
  if (mqttPort === 0) return null
  const reachable = ['0.0.0.0', '::', 'localhost'].includes(host)
    ? '127.0.0.1'
    : host.includes(':')
      ? `[${host}]`
      : host
  return `mqtt://${reachable}:${mqttPort}`
}
