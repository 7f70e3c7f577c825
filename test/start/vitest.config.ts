import { defineConfig } from 'vitest/config'

/** The product is started for real, in a copy of its own: one file after the other, with time. */
export default defineConfig({
  test: {
    include: ['test/start/*.test.ts'],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 180_000,
  },
})
