import type { ArrivedFact } from '../message/arrived.ts'
import type { Tx } from '../tx.ts'

type ArrivedState = ArrivedFact<'state'>

/**
 * Keeps the latest state of each device, ordered by `(boot, seq)`; a state without them is as new as its arrival. A
 * will speaks only for the boot it was made in. Returns the states that changed something worth keeping as a message:
 * going on or off line, a new boot, new firmware. A heartbeat that says the same again is not kept.
 */
export async function recordStates(tx: Tx, states: readonly ArrivedState[]): Promise<ArrivedState[]> {
  const kept: ArrivedState[] = []
  // Two states of one device in one statement would fail with 21000; so: rounds, each with one state a device.
  for (const round of rounds(states)) kept.push(...(await recordRound(tx, round)))
  return kept
}

async function recordRound(tx: Tx, states: ArrivedState[]): Promise<ArrivedState[]> {
  states.sort((a, b) => (a.fact.deviceId < b.fact.deviceId ? -1 : 1)) // row locks in one order for everybody
  await forgetBoots(tx, states)
  const rows = await tx.query<{ deviceId: string; changed: boolean }>(
    `insert into device_state as s (device_id, boot, seq, online, battery, rssi, firmware, uptime_s, device_at,
                                    state_received_at, last_message_at, tamper)
     select n.device_id, coalesce(n.boot, 0), coalesce(n.seq, 0), n.online, n.battery, n.rssi, n.firmware, n.uptime_s,
            n.device_at, n.received_at, n.received_at, n.tamper
     from unnest($1::text[], $2::bigint[], $3::bigint[], $4::boolean[], $5::integer[], $6::integer[], $7::text[],
                 $8::bigint[], $9::timestamptz[], $10::timestamptz[], $11::boolean[], $12::boolean[])
       as n (device_id, boot, seq, online, battery, rssi, firmware, uptime_s, device_at, received_at, will, tamper)
     join device on device.id = n.device_id
     on conflict (device_id) do update set
       boot = case when excluded.boot > s.boot then excluded.boot else s.boot end,
       seq = case when excluded.boot > s.boot then excluded.seq else greatest(s.seq, excluded.seq) end,
       online = excluded.online,
       battery = coalesce(excluded.battery, s.battery),
       rssi = coalesce(excluded.rssi, s.rssi),
       firmware = coalesce(excluded.firmware, s.firmware),
       uptime_s = coalesce(excluded.uptime_s, s.uptime_s),
       device_at = coalesce(excluded.device_at, s.device_at),
       tamper = coalesce(excluded.tamper, s.tamper),
       state_received_at = excluded.state_received_at
     where s.state_received_at is null
        or (excluded.seq > 0 and (excluded.boot, excluded.seq) > (s.boot, s.seq))
        or (excluded.seq = 0 and excluded.boot in (0, s.boot) and excluded.state_received_at >= s.state_received_at)
        or (excluded.seq = 0 and excluded.boot > s.boot and excluded.online)
     returning new.device_id as "deviceId",
       old.device_id is null or old.online is distinct from new.online or old.boot <> new.boot
         or old.firmware is distinct from new.firmware
         or old.tamper is distinct from new.tamper as changed`,
    [
      states.map((s) => s.fact.deviceId),
      states.map((s) => s.fact.boot),
      states.map((s) => s.fact.seq),
      states.map((s) => s.fact.online),
      states.map((s) => s.fact.battery),
      states.map((s) => s.fact.rssi),
      states.map((s) => s.fact.firmware),
      states.map((s) => s.fact.uptimeS),
      states.map((s) => s.fact.time.deviceAt),
      states.map((s) => s.receivedAt),
      states.map((s) => s.fact.will),
      states.map((s) => s.fact.tamper),
    ],
  )
  const changed = new Set(rows.filter((row) => row.changed).map((row) => row.deviceId))
  return states.filter((state) => changed.has(state.fact.deviceId))
}

/**
 * A battery change may begin the boot counter anew. What a device says first on a connection is true, so what it
 * counted before no longer stands in its way.
 */
async function forgetBoots(tx: Tx, states: readonly ArrivedState[]): Promise<void> {
  const restarted = states.filter((state) => state.fact.fresh && state.fact.boot !== null)
  if (restarted.length === 0) return
  await tx.query(
    `update device_state s set boot = 0, seq = 0
     where device_id in (
       select s.device_id from device_state s join unnest($1::text[], $2::bigint[]) as n (device_id, boot)
         on n.device_id = s.device_id where n.boot < s.boot order by s.device_id for no key update of s)`,
    [restarted.map((state) => state.fact.deviceId), restarted.map((state) => state.fact.boot)],
  )
}

/** The first state of every device, then the second of those that have one, and so on. */
function rounds(states: readonly ArrivedState[]): ArrivedState[][] {
  const result: ArrivedState[][] = []
  const count = new Map<string, number>()
  for (const state of states) {
    const n = count.get(state.fact.deviceId) ?? 0
    count.set(state.fact.deviceId, n + 1)
    const round = (result[n] ??= [])
    round.push(state)
  }
  return result
}
