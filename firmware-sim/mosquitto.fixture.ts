import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export type Mosquitto = { url: string; kill(): Promise<void> }

/** A real broker on a loopback port, in memory only. With `port`, it takes the place of one that was killed. */
export async function startMosquitto(port?: number): Promise<Mosquitto & { port: number }> {
  const chosen = port ?? (await freePort())
  const folder = mkdtempSync(join(tmpdir(), 'anju-mosquitto-'))
  const config = join(folder, 'mosquitto.conf')
  writeFileSync(config, `listener ${chosen} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nuser root\n`)
  const child = spawn('/usr/sbin/mosquitto', ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`mosquitto ended with ${code}`)))
    createInterface(child.stderr).on('line', (line) => line.endsWith(' running') && resolve())
  })
  return {
    url: `mqtt://127.0.0.1:${chosen}`,
    port: chosen,
    async kill() {
      child.removeAllListeners('exit')
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('not a TCP address')
  return address.port
}
