/** Where the worker stands in between: the phone's own pages, and nothing of the desk. `/t?` is a tag's address. */
const SCOPES = ['/today', '/visit/', '/t?', '/errand', '/unsent']

/** Keeps the pages for where there is no signal. Without HTTPS no browser does that, and nothing else is lost. */
export async function keepShell(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  try {
    for (const scope of SCOPES) await navigator.serviceWorker.register('/phone-worker.js', { scope })
    await navigator.storage?.persist?.()
  } catch {
    // a browser that forbids it: the page works as long as it is open
  }
}
