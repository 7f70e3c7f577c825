import { runLoad } from './load.ts'
import { type GatewayProcess, type Stage } from './stage.ts'
import { cpuS, familyCpuS, memoryMb } from './usage.ts'

export type Ingest = {
  storedPerS: number
  /** What the database holds of the run, beside what was acknowledged. */
  acknowledged: number
  rows: { message: number; message_dedupe: number; reading: number }
  rowsPerTransaction: number
  latencyMs: { p50: number; p99: number }
  /** CPU microseconds a reading costs in each process. */
  cpuUs: { gateway: number; postgres: number; load: number }
  gatewayMb: number
}

/** Readings as fast as they are acknowledged, then counted in the database. */
export async function ingest(
  stage: Stage,
  gateway: GatewayProcess,
  meters: number,
  seconds: number,
  window?: number,
): Promise<Ingest> {
  const before = { gateway: cpuS(gateway.pid), postgres: familyCpuS(stage.postmaster) }
  const load = await runLoad({
    broker: gateway.broker,
    meters,
    readings: 'max',
    seconds,
    ...(window === undefined ? {} : { window }),
  })
  const us = (s: number): number => (1e6 * s) / load.acknowledged
  const cpuUs = {
    gateway: us(cpuS(gateway.pid) - before.gateway),
    postgres: us(familyCpuS(stage.postmaster) - before.postgres),
    load: us(load.cpuS),
  }
  const { rows } = await stage.pool.query<Ingest['rows'] & { transactions: number }>(
    `select (select count(*) from message where starts_with(message_id, $1)) as message,
            (select count(*) from message_dedupe where starts_with(message_id, $1)) as message_dedupe,
            (select count(*) from reading where starts_with(message_id, $1)) as reading,
            (select count(distinct xmin::text) from message where starts_with(message_id, $1)) as transactions`,
    [`${load.run}-`],
  )
  const { transactions, ...counted } = rows[0]!
  return {
    storedPerS: load.acknowledgedPerS,
    acknowledged: load.acknowledged,
    rows: counted,
    rowsPerTransaction: Math.round(counted.message / transactions),
    latencyMs: { p50: load.readings.p50, p99: load.readings.p99 },
    cpuUs,
    gatewayMb: memoryMb(gateway.pid).most,
  }
}
