import { defineConfig } from 'vitest/config'

/** Journeys go through the whole product in a real browser: one after the other, with time. */
export default defineConfig({
  test: {
    include: ['test/journeys/*.test.ts'],
    globalSetup: ['test/journeys/county.ts'],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 10_000 } },
  },
})
