/** What the people pages read and send: the types of the API's own schemas. */
import type { AreaRow } from '@anju/api/area/schema'
import type { Absence, Contact, ElderFile, FoundElder } from '@anju/api/elder/schema'
import type { Change } from '@anju/api/history/schema'

export type { Absence, AreaRow, Change, Contact, ElderFile, FoundElder }
