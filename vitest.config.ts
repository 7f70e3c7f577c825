import { configDefaults, defineConfig } from 'vitest/config'

/** Unit and integration tests. Journeys and faults start the whole product and have runs of their own (test/run.ts). */
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/journeys/**', 'test/faults/**', 'test/start/**', 'test/bench/**'],
    globalSetup: ['test/postgres.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2, // most of a test's time is PostgreSQL's and the disk's
    env: { TZ: process.env['TZ'] ?? 'UTC' },
  },
})
