import type { FastifyRequest } from 'fastify'
import type { Config } from '@anju/domain/config'

/**
 * Whether a change was sent by a page of ours: its `Origin` is the site's public address, or the very host the
 * request went to. Browsers send `Origin` with every change and no page can forge it, so none at all is foreign.
 */
export function cameFromHere(request: FastifyRequest, { publicUrl }: Pick<Config, 'publicUrl'>): boolean {
  const { origin } = request.headers
  if (origin === undefined || !URL.canParse(origin)) return false
  const from = new URL(origin)
  if (publicUrl !== null && from.origin === new URL(publicUrl).origin) return true
  return ['http:', 'https:'].includes(from.protocol) && from.host === request.host
}

/** Whether people reach the site by HTTPS, so that cookies must not leave by anything else. */
export function isSecure({ publicUrl, tls }: Pick<Config, 'publicUrl' | 'tls'>): boolean {
  return publicUrl === null ? tls !== null : publicUrl.startsWith('https:')
}

/** The site as the world knows it, else as whoever asks reached it. */
export function siteOf({ publicUrl }: Pick<Config, 'publicUrl'>, request: FastifyRequest): string {
  return (publicUrl ?? request.headers.origin ?? `${request.protocol}://${request.host}`).replace(/\/$/, '')
}
