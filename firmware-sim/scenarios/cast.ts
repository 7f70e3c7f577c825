import { join } from 'node:path'
import { Doors } from '../fleet/doors.ts'
import { joinOnce, phoneFor } from '../fleet/caregivers.ts'
import { Office } from '../phone/office.ts'
import { Phone } from '../phone/phone.ts'
import type { Visit } from '../phone/told.ts'
import * as act from '../phone/visit.ts'
import type { Stage } from '../scenario.ts'

/** A caregiver of the scenario with the phone that is theirs. */
export type Player = { id: string; phone: Phone }

/** Who plays a scenario of visits: an office, its doors, and caregivers with their phones. */
export type Cast = { office: Office; doors: Doors; players: Player[]; another: (name: string) => Phone }

/** The phones are those that the living fleet holds, so that nobody seems to have bought a new one. */
export async function gather(stage: Stage): Promise<Cast> {
  const { visiting, home } = stage.visiting()
  const office = await new Office(visiting, stage.network).open()
  const doors = new Doors(visiting.doors, join(home, 'tags'), stage.random)
  const place = { visiting, folder: home, seed: stage.seed, clock: stage.network }
  const players: Player[] = []
  for (const { id } of visiting.caregivers) {
    const phone = phoneFor(place, id)
    stage.know(phone)
    await joinOnce(phone, office.provider, id)
    players.push({ id, phone })
  }
  const another = (name: string): Phone => {
    const folder = join(stage.folder, name)
    const phone = new Phone({
      site: visiting.site,
      folder,
      clock: stage.network,
      network: stage.network,
      seed: stage.seed,
      name,
    })
    stage.know(phone)
    return phone
  }
  return { office, doors, players, another }
}

export const minuteMs = 60_000

/** Sets out, arrives, and holds the phone to the tag, or to nothing when `address` is given: a link kept from before. */
export function begin({ doors }: Cast, phone: Phone, visit: Visit, door: act.Door, address?: string): string {
  phone.position ??= act.near(door, phone.random)
  act.accept(phone, [visit])
  act.setOut(phone, [visit])
  const url = address ?? doors.touch(door.home)
  phone.tap(url, { visitId: visit.id, part: 'begin' })
  return url
}

export function end({ doors }: Cast, phone: Phone, visit: Visit, door: act.Door, address?: string): void {
  phone.tap(address ?? doors.touch(door.home), { visitId: visit.id, part: 'end' })
  act.evaluate(phone, [visit])
}

/** An honest visit: begun, what was planned is done, ended. */
export async function honest(
  stage: Stage,
  cast: Cast,
  { id, phone }: Player,
  { minutes, photo, home }: { minutes: number; photo?: string; home?: ReturnType<Office['home']> },
): Promise<Visit> {
  const [visit, { door }] = await cast.office.plan(id, { from: stage.network.now(), minutes }, home)
  phone.position = act.near(door, phone.random)
  begin(cast, phone, visit, door)
  await stage.network.sleep(minutes * minuteMs)
  act.serve(phone, [visit])
  act.photograph(phone, [visit], photo)
  end(cast, phone, visit, door)
  await phone.settled()
  return visit
}
