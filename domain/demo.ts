/** What every screen and every export says that holds data of the demo county. */
export const DEMO_MARK = '演示数据 / demo data'
