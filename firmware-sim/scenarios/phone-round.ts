import type { Scenario } from '../scenario.ts'
import { Ntag424 } from '../tag/ntag424.ts'

const key = Buffer.alloc(16)

export const phoneRound: Scenario = {
  about:
    'a phone reads a secure tag at three doors in stairwells without coverage and posts the taps when it is back outside',
  cast: ['door-reader'],
  async play(stage) {
    const phone = stage.phone({ backoff: { minMs: 50, maxMs: 500 } })
    phone.covered = false
    for (let door = 1; door <= 3; door++) {
      phone.position = { lat: 30.6 + door / 1_000, lon: 104.1, accuracyM: stage.random.whole(8, 60) }
      const tag = new Ntag424(
        `04A1B2C3D4E5F${door}`,
        { meta: key, file: key },
        stage.random,
        stage.random.whole(0, 400),
      )
      stage.log(`${phone.id} read door ${door}: ${phone.read(tag, door === 3 ? 'plain' : 'encrypted')}`)
    }
    stage.log(`${phone.id}: ${phone.pending().length} taps wait for coverage`)
    phone.covered = true
    await phone.settled()
  },
}
