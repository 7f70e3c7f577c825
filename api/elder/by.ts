import type { FastifyRequest } from 'fastify'
import type { By } from '@anju/prisma/elder/lock'
import { principalOf } from '../principal.ts'

/** Who changes, within which area, and when, as the writes of files want it. */
export function byOf(request: FastifyRequest, now: Date): By {
  const { scope } = principalOf(request)
  return { userId: scope.userId, within: scope.areaPath, now }
}
