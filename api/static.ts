import { stat } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { Refusal } from '@anju/domain/error'
import { phonePageOf } from '@anju/domain/phone/pages'

const YEAR_S = 31_536_000

/**
 * Serves the dashboard's build: files by their names, every other address as the page itself, which knows its own
 * routes; a caregiver's pages are a page of their own. Files under assets/ carry their hash in the name and never change. Where the build left a packed copy beside a
 * file (.br, .gz), a browser that takes it gets that.
 */
export async function serveDashboard(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, { root: folder, serve: false, preCompressed: true })
  app.get('/*', { config: { action: 'open' }, schema: { hide: true } }, async (request, reply) => {
    const asked = normalize(decodeURIComponent(new URL(request.url, 'http://a').pathname)).slice(1)
    if (asked.startsWith('api/') || asked.startsWith('internal/')) throw new Refusal('not-found')
    reply.header('vary', 'accept-encoding')
    if (asked !== '' && (await isFile(join(folder, asked)))) {
      const hashed = asked.startsWith('assets/')
      reply.header('cache-control', hashed ? `public, max-age=${YEAR_S}, immutable` : 'no-cache')
      return reply.sendFile(asked, { cacheControl: false })
    }
    // A file that is not there is not the page: a script tag must not get HTML.
    if (/\.\w+$/.test(asked)) throw new Refusal('not-found')
    const document = phonePageOf(`/${asked}`) === null ? 'index.html' : 'phone.html'
    return reply.header('cache-control', 'no-cache').sendFile(document, { cacheControl: false })
  })
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
