import { laterNames, type PageName, pages, type Place } from './pages.ts'

/** Addresses of the dashboard's pages. URLPattern is in the browser floor (Chromium 100). */
const patterns: readonly (readonly [PageName, URLPattern])[] = [
  ['desk', new URLPattern({ pathname: '/' })],
  ['alarm', new URLPattern({ pathname: '/alarms/:id' })],
  ...laterNames.map((name) => [name, new URLPattern({ pathname: pages[name].at })] as const),
]

/** Which page an address means. Pure but for the base it resolves against. */
export function place(href: string): Place {
  const url = new URL(href, 'http://anju.invalid')
  const query = url.searchParams
  const path = url.pathname + url.search
  for (const [page, pattern] of patterns) {
    const found = pattern.exec({ pathname: url.pathname })
    if (found) return { page, id: decodeURIComponent(found.pathname.groups['id'] ?? ''), query, path }
  }
  return { page: 'nowhere', id: '', query, path }
}

class Router {
  here = $state.raw(place(location.href))

  /** Asked before another page is shown; true keeps the reader here: something is not saved yet. */
  hold: (path: string) => boolean = () => false

  go(path: string, how: 'push' | 'replace' = 'push'): void {
    if (this.hold(path)) return
    if (how === 'push') history.pushState(null, '', path)
    else history.replaceState(null, '', path)
    this.here = place(path)
  }

  /** Follows back and forward, and plain clicks on links of our own. */
  start(): () => void {
    const popped = (): void => {
      if (this.hold(location.pathname + location.search)) return history.pushState(null, '', this.here.path)
      this.here = place(location.href)
    }
    const clicked = (event: MouseEvent): void => {
      if (
        event.defaultPrevented ||
        event.button !== 0 ||
        event.metaKey ||
        event.ctrlKey ||
        event.shiftKey ||
        event.altKey
      )
        return
      const link = event.target instanceof Element ? event.target.closest('a') : null
      if (!link || link.target || link.origin !== location.origin || link.hasAttribute('download')) return
      if (link.pathname.startsWith('/api/')) return
      event.preventDefault()
      if (link.href !== location.href) this.go(link.pathname + link.search)
    }
    addEventListener('popstate', popped)
    document.addEventListener('click', clicked)
    return () => {
      removeEventListener('popstate', popped)
      document.removeEventListener('click', clicked)
    }
  }
}

export const router = new Router()
