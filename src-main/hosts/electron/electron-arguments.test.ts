import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { dataFolderArgument } from './electron-arguments.ts'

test.each([
  [['--data-dir', 'bench'], resolve('/lab', 'bench')],
  [['--data-dir=/data'], resolve('/data')],
  [['--no-sandbox', '--remote-debugging-port=0', '--data-dir', '/data', '--port', '1'], resolve('/data')],
  [[], null],
  [['--data-dir'], null],
  [['--data-dir='], null],
])('%j names the data folder %s', (argv, folder) => {
  expect(dataFolderArgument(argv, '/lab')).toBe(folder)
})
