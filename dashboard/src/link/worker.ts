import { Hub } from './hub.ts'
import type { ToHub, ToPage } from './protocol.ts'

/** The SharedWorker: one hub for all of a browser's pages. */
const hub = new Hub()
hub.start()

addEventListener('connect', (event) => {
  const port = event instanceof MessageEvent ? event.ports[0] : undefined
  if (!port) return
  const hear = hub.join((message: ToPage) => port.postMessage(message))
  port.addEventListener('message', (said: MessageEvent<ToHub>) => hear(said.data))
  port.start()
})
