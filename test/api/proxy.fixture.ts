import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A line to the database that can be cut, held without a word, and mended, as a failing network would. */
export async function breakableLine(
  url: string,
): Promise<{ url: string; cut(): void; hold(): void; mend(): void; close(): void }> {
  const target = new URL(url)
  const folder = target.searchParams.get('host')
  const port = Number(target.port || 5432)
  const sockets = new Set<Socket>()
  let whole = true
  const server = createServer((near) => {
    if (!whole) return near.destroy()
    const far = folder?.startsWith('/') ? connect(`${folder}/.s.PGSQL.${port}`) : connect(port, target.hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const through = new URL(url)
  through.searchParams.delete('host')
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const cut = () => {
    whole = false
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: through.href,
    cut,
    hold() {
      for (const socket of sockets) socket.unpipe().pause()
    },
    mend() {
      whole = true
    },
    close() {
      cut()
      server.close()
    },
  }
}
