import { type PhonePage, phonePageOf } from '@anju/domain/phone/pages'

export interface Here {
  page: PhonePage | null
  /** Of a visit. */
  id: string
  /** What is done there: a screen within the page, so that back and reload lead where they should. */
  on: string
  query: URLSearchParams
  path: string
}

export function placeOf(href: string): Here {
  const url = new URL(href, 'http://anju.invalid')
  const [, , id = '', on = ''] = url.pathname.split('/')
  return {
    page: phonePageOf(url.pathname),
    id: decodeURIComponent(id),
    on,
    query: url.searchParams,
    path: url.pathname + url.search,
  }
}

class PhonePlace {
  here = $state.raw(placeOf(location.href))
  /** While the phone is the elder's nothing leads away. */
  locked = $state(false)

  go(path: string, how: 'push' | 'replace' = 'push'): void {
    if (this.locked) return
    if (how === 'push') history.pushState(null, '', path)
    else history.replaceState(null, '', path)
    this.here = placeOf(path)
    scrollTo(0, 0)
  }

  start(): () => void {
    const popped = (): void => {
      if (this.locked) return history.pushState(null, '', this.here.path)
      this.here = placeOf(location.href)
    }
    const clicked = (event: MouseEvent): void => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
      const link = event.target instanceof Element ? event.target.closest('a') : null
      if (!link || link.target || link.origin !== location.origin || phonePageOf(link.pathname) === null) return
      event.preventDefault()
      this.go(link.pathname + link.search)
    }
    addEventListener('popstate', popped)
    document.addEventListener('click', clicked)
    return () => {
      removeEventListener('popstate', popped)
      document.removeEventListener('click', clicked)
    }
  }
}

export const phonePlace = new PhonePlace()
