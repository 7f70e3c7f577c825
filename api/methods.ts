import type { FastifyInstance } from 'fastify'

/** Remembers the routes registered from now on, and answers which methods an address takes. */
export function knownMethods(app: FastifyInstance): (url: string) => string[] {
  const routes: { pattern: RegExp; method: string }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return
    const pattern = new RegExp(`^${url.replace(/[.]/g, '\\.').replace(/:[a-z]+/gi, '[^/]+')}$`)
    for (const each of [method].flat()) routes.push({ pattern, method: each })
  })
  return (url) => {
    const path = url.split('?')[0] ?? ''
    return [...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))]
  }
}
