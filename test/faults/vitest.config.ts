import { defineConfig } from 'vitest/config'

/** Kills of the whole product; a soak of hundreds of rounds is one test that takes hours. */
export default defineConfig({
  test: {
    include: ['test/faults/*.test.ts'],
    fileParallelism: false,
    testTimeout: process.env['ANJU_FAULT_ROUNDS'] === undefined ? 240_000 : 24 * 3_600_000,
    hookTimeout: 180_000,
  },
})
