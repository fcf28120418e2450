export type { Link } from '../../src-main/contract/connect.ts'
