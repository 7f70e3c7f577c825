import { createServer, connect, type Socket } from 'node:net'
import { once } from 'node:events'

/** A cable between a browser and the product that can be pulled, and that hears what goes through it. */
export interface Cable {
  url: string
  /** Connections tried since the start, also those that a pulled cable refused. */
  tries(): number
  /** Whether the product has sent these bytes since the cable was last plugged in. */
  heard(text: string): boolean
  pull(): void
  plugIn(): void
  end(): Promise<void>
}

const REMEMBERED = 1_000_000

export async function layCable(port: number): Promise<Cable> {
  const ends = new Set<Socket>()
  let pulled = false
  let tries = 0
  let said = ''
  const server = createServer((near) => {
    tries++
    if (pulled) return near.resetAndDestroy()
    const far = connect(port, '127.0.0.1')
    for (const end of [near, far]) {
      ends.add(end)
      end.on('error', () => end.destroy())
      end.on('close', () => {
        ends.delete(end)
        near.destroy()
        far.destroy()
      })
    }
    far.on('data', (chunk: Buffer) => (said = (said + chunk.toString('latin1')).slice(-REMEMBERED)))
    near.pipe(far).pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('the cable has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    tries: () => tries,
    heard: (text) => said.includes(text),
    pull() {
      pulled = true
      for (const end of ends) end.destroy()
    },
    plugIn() {
      pulled = false
      said = ''
    },
    async end() {
      for (const end of ends) end.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
