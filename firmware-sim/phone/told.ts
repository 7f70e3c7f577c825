/** What the platform tells a phone or an office, as far as the simulator reads it; its own words, not the platform's. */
export type Service = { id: string; code: string; conditions: string[]; photos: boolean; planned: boolean }

export type Visit = {
  id: string
  elder: { id: string; name: string }
  home: { id: string; address: string }
  provider: { id: string }
  caregiver: { id: string; name: string } | null
  jointId: string | null
  plannedFrom: string
  plannedTo: string
  state: string
  inQuestion: boolean
  beganAt: string | null
  leftAt: string | null
  beginGrade: string | null
  endGrade: string | null
  verified: boolean | null
  services: Service[]
  version: number
}

/** A visit after which 12349 asks, with how often nobody answered. */
export type ToAsk = Visit & { tries: number }

export type VisitDetail = Visit & {
  presences: { part: string | null; grade: string | null; inQuestion: boolean; reasons: { code: string }[] }[]
}

export type List<T> = { items: T[]; next: string | null }

export type Finding = { rule: string; severity: string; visit: { id: string } }

export type Alarm = { id: string; subject: string; kind: string }
