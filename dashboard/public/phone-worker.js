// Opens the caregiver's pages without a signal. It keeps the page and what it loads, and nothing of the API: the day's
// visits are the page's own to keep, so that they go when somebody signs out. Registered for the phone's pages alone.
const SHELL = 'anju-phone-shell'
const PAGE = '/phone.html'
/** Beyond this a line counts as none: whoever stands at a door does not wait. */
const PAGE_WITHIN_MS = 4000

const refresh = async () => {
  const said = await fetch('/phone-shell.json', { cache: 'no-cache' })
  if (!said.ok) throw new Error('no shell')
  const { files } = await said.json()
  const cache = await caches.open(SHELL)
  for (const file of files) if (!(await cache.match(file))) await cache.add(file)
  // last of all, so that what is kept fits together
  const page = await fetch(PAGE, { cache: 'no-cache' })
  if (!page.ok) throw new Error('no page')
  await cache.put(PAGE, page)
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url)
    if (pathname !== PAGE && !files.includes(pathname)) await cache.delete(url)
  }
}

const soon = (request) =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('late')), PAGE_WITHIN_MS)
    fetch(request).then(
      (answer) => (clearTimeout(late), answer.ok ? resolve(answer) : reject(new Error('not ok'))),
      (error) => (clearTimeout(late), reject(error)),
    )
  })

const page = async (event) => {
  try {
    const answer = await soon(event.request)
    event.waitUntil(refresh().catch(() => undefined))
    return answer
  } catch {
    return (await caches.match(PAGE)) ?? Response.error()
  }
}

self.addEventListener('install', (event) => event.waitUntil(refresh().then(() => self.skipWaiting())))
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request
  const { origin, pathname } = new URL(url)
  if (method !== 'GET' || origin !== self.location.origin || pathname.startsWith('/api/')) return
  if (mode === 'navigate') event.respondWith(page(event))
  else event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request)))
})
