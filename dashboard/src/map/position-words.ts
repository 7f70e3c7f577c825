import type { LonLat } from '@anju/domain/place/position'

/** A position as it is read out: latitude first, WGS-84 as it is kept. */
export const positionWords = ({ lon, lat }: LonLat): string => `${lat.toFixed(5)}° N ${lon.toFixed(5)}° E (WGS-84)`
