/** What the people pages read and send: the types of the API's own schemas. */
import type { Absence, Contact, ElderFile, FoundElder } from '@anju/api/elder/schema'
import type { Change } from '@anju/api/history/schema'

export type { Absence, Change, Contact, ElderFile, FoundElder }
