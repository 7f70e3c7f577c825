/** Full years on the day `today`; both days are 'YYYY-MM-DD'. Null without a birthday, or one that is still to come. */
export function ageOn(bornOn: string | null, today: string): number | null {
  if (bornOn === null || bornOn > today) return null
  const years = Number(today.slice(0, 4)) - Number(bornOn.slice(0, 4))
  return today.slice(5) < bornOn.slice(5) ? years - 1 : years
}
