import { configDefaults, defineConfig } from 'vitest/config'

/** Unit and integration tests. Journeys and faults start the whole product and have runs of their own (test/run.ts). */
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      'test/journeys/**',
      'test/faults/**',
      'test/drills/**',
      'test/start/**',
      'test/bench/**',
    ],
    globalSetup: ['test/postgres.ts'],
    testTimeout: 60_000,
    hookTimeout: 90_000,
    // Waiting for a fact ends with the fact; how long it may take is a matter of the machine's other work.
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2, // most of a test's time is PostgreSQL's and the disk's
    isolate: false, // to read every module anew for each file took more time than a third of the tests
    env: { TZ: process.env['TZ'] ?? 'UTC' },
  },
})
