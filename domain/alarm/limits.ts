/** No seat reported the alarm on its screen: the desk is not looking (promise 11). */
export const SHOWN_WITHIN_MS = 5_000
/** Nobody has taken it: every seat and the shift lead. UK telecare answers 97.5 % within this time. */
export const UNOWNED_FIRST_MS = 60_000
/** Still nobody: the outside. UK telecare answers 99 % within this time. */
export const UNOWNED_LAST_MS = 180_000
/** Areas may set nothing shorter: a press arms its first question here, and its rule is read when that is asked. */
export const UNOWNED_ASK_MS = 30_000
/** Its owner did nothing about it: reminded, and again after as long. */
export const PROGRESS_MS = 150_000
/** Reminded so often without an answer, the lead is told. */
export const REMINDERS_ALONE = 1
/** The owner's screen is gone so long: the alarm goes back to the queue. */
export const OWNER_GONE_MS = 60_000
/** Whoever resolved by mistake takes it back within this time; then it is closed. */
export const REOPEN_WITHIN_MS = 10 * 60_000
export const SHELVED_AT_MOST_MS = 24 * 3_600_000
export const FOLLOW_UP_AT_MOST_MS = 90 * 86_400_000
/** A seat whose last beat is older is not present; it beats every 5 s, so one beat may be lost. */
export const SEAT_PRESENT_MS = 12_000
/** `help-coming` that reaches the button later would comfort nobody and frighten some. */
export const HELP_COMING_EXPIRES_MS = 10 * 60_000
/** Rule version stored with every verdict (promise 8). */
export const ALARM_RULE = 'alarm/1'
