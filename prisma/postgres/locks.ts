/**
 * Session advisory locks, as the two integers of `pg_advisory_lock(int, int)`. Subjects are locked in the separate
 * space of single 64-bit keys (prisma/tx.ts), so the two never meet.
 */
const ANJU = 0x616e_6a75

/** Held by the one supervisor that owns an embedded server. */
export const OWNER_LOCK = [ANJU, 1] as const
/** Held while migrations are read and applied. */
export const MIGRATION_LOCK = [ANJU, 2] as const
/** Held while partitions are made. */
export const PARTITION_LOCK = [ANJU, 3] as const
