import path from 'node:path'
import { startNode } from './child.ts'
import type { Part } from './figure.ts'
import { pause } from './folder.ts'
import { type Stage, startGateway } from './stage.ts'
import { memoryMb } from './usage.ts'
import { SECRET } from './world.ts'

const DEVICES = 10_000
const SETTLE_MS = 5000

/** Memory of a gateway whose whole fleet is connected, subscribed and silent. */
export async function idlePart(stage: Stage): Promise<Part> {
  const gateway = await startGateway(stage)
  try {
    const empty = memoryMb(gateway.pid).now
    const began = performance.now()
    const crowd = await startNode('test/bench/crowd.ts', {
      args: [new URL(gateway.broker).port, SECRET, String(DEVICES), 'bench-m', 'bench-b'],
      logFile: path.join(stage.folder, 'crowd.log'),
    })
    const inS = (performance.now() - began) / 1000
    await pause(SETTLE_MS)
    const full = memoryMb(gateway.pid)
    await crowd.stop()
    return {
      title: '10,000 devices connected and silent',
      figures: [
        { what: 'Memory of the gateway with nobody connected', unit: 'MB', runs: [empty] },
        {
          what: '**Memory of the gateway with 10,000 devices**',
          unit: 'MB',
          runs: [full.now],
          target: { atMost: 350 },
        },
        { what: 'The most it had while they came', unit: 'MB', runs: [full.most] },
        { what: 'A device', unit: 'KB', runs: [((full.now - empty) * 1024) / DEVICES] },
        { what: 'Connected, verified and subscribed', unit: '/s', runs: [DEVICES / inS] },
      ],
    }
  } finally {
    await gateway.stop()
  }
}
