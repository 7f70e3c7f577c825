import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Always the same order. The press comes first: the README's pictures are its, of a county nobody has worked in. */
class PressFirst extends BaseSequencer {
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
