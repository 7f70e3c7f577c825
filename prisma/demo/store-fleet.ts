import { silentAfterS } from '@anju/domain/device/kinds'
import { HTTP_KEY_PURPOSE, httpKeyOf, newSecret, secretHash } from '../device/secret.ts'
import { newId } from '../id.ts'
import { seal, type MasterKey } from '../key.ts'
import type { Tx } from '../tx.ts'
import { DAY_MS, type County, type PlannedDevice } from './plan.ts'
import { Random } from './random.ts'

/** Devices as registering them leaves them, heard of lately; answers their secrets by id. */
export async function storeFleet(
  tx: Tx,
  key: MasterKey,
  county: County,
  areas: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const { base } = county
  const random = new Random(county.seed, 'fleet')
  const stood = county.homes.flatMap((home) => home.devices.map((device) => ({ home, device })))
  // A hub before what it speaks for, as the reference asks.
  stood.sort((a, b) => Number(a.device.hubId !== null) - Number(b.device.hubId !== null))
  const secrets = new Map(stood.map(({ device }) => [device.id, newSecret()]))
  const secretOf = (device: PlannedDevice): string => secrets.get(device.id) ?? ''
  tx.send(
    `insert into device (id, kind, area_id, hub_id, label, model, serial, secret_hash, http_key_sealed, silent_after_s,
                         created_at, revoked_at, voice_number)
     select * from unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[],
                          $9::bytea[], $10::integer[], $11::timestamptz[], $12::timestamptz[], $13::text[])`,
    [
      stood.map(({ device }) => device.id),
      stood.map(({ device }) => device.kind),
      stood.map(({ home }) => areas.get(home.community)),
      stood.map(({ device }) => device.hubId),
      stood.map(({ device }) => device.label),
      stood.map(({ device }) => device.model),
      stood.map(({ device }) => device.serial),
      stood.map(({ device }) => secretHash(secretOf(device))),
      stood.map(({ device }) => seal(key, HTTP_KEY_PURPOSE, device.id, httpKeyOf(secretOf(device)))),
      stood.map(({ device }) => silentAfterS[device.kind]),
      stood.map(({ device }) => device.since),
      stood.map(({ device }) => device.revokedAt),
      stood.map(({ device }, at) => (device.kind === 'button' && at % 3 > 0 ? `1990000${9999 - at}` : '')),
    ],
  )
  const heardAt = stood.map(({ device }) => lastHeard(random, device, base))
  tx.send(
    `insert into device_state (device_id, boot, seq, online, battery, rssi, firmware, uptime_s, device_at,
                               state_received_at, last_message_at, silent_since)
     select id, 1, 0, online, battery, rssi, firmware, uptime_s, heard_at, heard_at, heard_at, silent_since
     from unnest($1::text[], $2::boolean[], $3::integer[], $4::integer[], $5::text[], $6::bigint[], $7::timestamptz[],
                 $8::timestamptz[])
       as s (id, online, battery, rssi, firmware, uptime_s, heard_at, silent_since)`,
    [
      stood.map(({ device }) => device.id),
      stood.map(({ device }) => device.silentSince === null && device.revokedAt === null && reportsState(device)),
      stood.map(({ device }) => device.battery),
      stood.map(({ device }) => device.rssi),
      stood.map(({ device }) => device.firmware),
      stood.map(() => random.whole(3_600, 40 * 86_400)),
      heardAt,
      stood.map(({ device }) => device.silentSince),
    ],
  )
  const owned = stood.flatMap(({ device }) => device.owners.map((owner) => ({ ...owner, deviceId: device.id })))
  tx.send(
    `insert into assignment (id, device_id, home_id, elder_id, user_number, valid_from, valid_to)
     select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::integer[], $6::timestamptz[],
                          $7::timestamptz[])`,
    [
      owned.map(({ from }) => random.id(from)),
      owned.map((each) => each.deviceId),
      owned.map((each) => each.homeId),
      owned.map((each) => each.elderId),
      owned.map((each) => each.userNumber),
      owned.map((each) => each.from),
      owned.map((each) => each.to),
    ],
  )
  const asked = stood.filter(({ device }) => device.revokedAt === null)
  const dueAt = (device: PlannedDevice) => new Date(base.getTime() + silentAfterS[device.kind] * 1000)
  tx.send(
    `insert into deadline (id, kind, ref, subject, due_at, state)
     select id, 'device-silent', ref, 'device:' || ref, due_at, 'pending'
     from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as d (id, ref, due_at)`,
    [
      asked.map(({ device }) => newId(dueAt(device))),
      asked.map(({ device }) => device.id),
      asked.map(({ device }) => dueAt(device)),
    ],
  )
  await tx.flush()
  return secrets
}

/** What hangs on mains or must answer an emergency reports by itself; a meter speaks when it is used. */
export function reportsState({ kind }: Pick<PlannedDevice, 'kind'>): boolean {
  return kind === 'button' || kind === 'hub' || kind === 'door-reader'
}

function lastHeard(random: Random, device: PlannedDevice, base: Date): Date {
  const minutes = reportsState(device)
    ? random.between(0.2, 4.5)
    : random.between(30, device.kind === 'scale' ? 8000 : 1500)
  const lately = new Date(base.getTime() - Math.round(minutes * 60_000))
  if (device.revokedAt !== null) return new Date(device.revokedAt.getTime() - DAY_MS / 4)
  return device.silentSince === null
    ? lately
    : new Date(device.silentSince.getTime() - silentAfterS[device.kind] * 1000)
}
