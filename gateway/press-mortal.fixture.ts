import { getEnvironmentData, parentPort } from 'node:worker_threads'

/** The press thread's program with a fate: it ends at its first answer, so after a COMMIT; or when it is told to. */
const die = (): never => process.exit(1)
if (getEnvironmentData('fate') === 'ends at its first answer' && parentPort) parentPort.postMessage = die
const line = new BroadcastChannel('end the press thread')
line.onmessage = die
if ('unref' in line && typeof line.unref === 'function') line.unref()
await import('./press-work.ts')
