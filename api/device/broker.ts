import type { FastifyRequest } from 'fastify'
import type { Deps } from '../deps.ts'
import type { Broker } from './schema.ts'

/** Where a device finds the broker, as its card says: the host people reach us by, TLS wherever there is a certificate. */
export function brokerOf(deps: Deps, request: FastifyRequest): Broker {
  const { publicUrl, mqttPort, mqttsPort } = deps.config
  const host = publicUrl === null ? request.hostname : new URL(publicUrl).hostname
  return mqttsPort === null ? { host, port: mqttPort, tls: false } : { host, port: mqttsPort, tls: true }
}
