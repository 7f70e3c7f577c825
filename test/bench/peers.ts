import { chmod, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Child, runForJson, startListener, startNode } from './child.ts'
import { freePorts } from './folder.ts'
import type { Stage } from './stage.ts'
import type { Batches } from './batches.ts'

/** Brokers that store nothing: what a machine's network stack and a parser allow. */
export type Peers = { aedes: string; mosquitto: string; stop(): Promise<void> }

export async function startPeers(folder: string): Promise<Peers> {
  const [aedesPort = 0, mosquittoPort = 0] = await freePorts(2)
  const aedes = await startNode('test/bench/aedes.ts', {
    args: [String(aedesPort)],
    logFile: path.join(folder, 'aedes.log'),
  })
  const mosquitto = await startMosquitto(folder, mosquittoPort)
  return {
    aedes: `mqtt://127.0.0.1:${aedesPort}`,
    mosquitto: `mqtt://127.0.0.1:${mosquittoPort}`,
    stop: async () => void (await Promise.all([aedes.stop(), mosquitto.stop()])),
  }
}

async function startMosquitto(folder: string, port: number): Promise<Child> {
  const file = path.join(folder, 'mosquitto.conf')
  const settings = ['allow_anonymous true', 'persistence false', 'set_tcp_nodelay true', 'log_type error']
  await writeFile(file, [`listener ${port} 127.0.0.1`, ...settings, ''].join('\n'))
  await chmod(file, 0o644)
  return startListener('/usr/sbin/mosquitto', ['-c', file], port, path.join(folder, 'mosquitto.log'))
}

/** Rows a second that PostgreSQL takes in bare batches. */
export async function bareRowsPerS(stage: Stage, tables: Batches['tables'], seconds: number): Promise<number> {
  return (await runForJson<Batches>('test/bench/batches.ts', [stage.bareUrl, tables, String(seconds)])).rowsPerS
}
