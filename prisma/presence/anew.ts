/** Of presences: those since their visit was last turned away and then planned anew, if ever. */
export const sinceAnew = (visitId: string): string => `presence.at > coalesce((
  select max(turned.at) from visit_entry turned
  where turned.visit_id = ${visitId} and turned.kind = 'turned-away' and exists (
    select from visit_entry later
    where later.visit_id = turned.visit_id and later.kind = 'rescheduled' and later.at >= turned.at)), '-infinity')`
