import { defineConfig } from 'vitest/config'

/** Rehearsals to their end: each lasts as long as it lasts, so that they are played side by side, and by the soak. */
export default defineConfig({
  test: {
    include: ['test/drills/*.test.ts'],
    globalSetup: ['test/postgres.ts'],
    testTimeout: 20 * 60_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
  },
})
