import { defineConfig } from 'vitest/config'

/** The product is started for real, for each file in a copy of its own: two side by side, with time. */
export default defineConfig({
  test: {
    include: ['test/start/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
