import path from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The longest of them, which take as long as all others. */
const FIRST_LANE = ['press', 'screens', 'phone', 'phone-tag', 'phone-sent', 'map', 'desk', 'start']

/**
 * Always the same order. The press comes first: the README's pictures are its, of a county nobody has worked in. Two lanes
 * (`--shard`) are cut by time, not by name.
 */
class PressFirst extends BaseSequencer {
  override async shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isFirst = ({ moduleId }: TestSpecification) => FIRST_LANE.includes(path.basename(moduleId, '.test.ts'))
    return files.filter((file) => isFirst(file) === (this.ctx.config.shard?.index === 1))
  }

  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => (moduleId.endsWith('/press.test.ts') ? '' : moduleId)
    return files.toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1))
  }
}

/** Journeys go through the whole product in a real browser: one after the other, with time. */
export default defineConfig({
  test: {
    include: ['test/journeys/*.test.ts'],
    globalSetup: ['test/journeys/county.ts'],
    sequence: { sequencer: PressFirst },
    fileParallelism: false,
    isolate: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
  },
})
