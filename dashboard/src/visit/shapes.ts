/** What the pages of visits read: the types of the API's own schemas. */
import type { ServiceRow } from '@anju/api/catalogue/schema'
import type {
  Board,
  BoardVisit,
  ElderToVisit,
  Suggestions,
  ToAsk,
  ToCall,
  Worklist,
} from '@anju/api/visit/office-schema'
import type { VisitDetail, VisitRow } from '@anju/api/visit/schema'
import type { PlanRow } from '@anju/api/visit-plan/schema'

export type {
  Board as BoardData,
  BoardVisit,
  ElderToVisit,
  PlanRow,
  ServiceRow,
  Suggestions,
  ToAsk,
  ToCall,
  VisitDetail as VisitFile,
  VisitRow,
  Worklist,
}
