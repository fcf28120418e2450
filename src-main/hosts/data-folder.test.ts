import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dataFolderOf } from './data-folder.ts'

describe('the data folder', () => {
  test.each([
    ['linux', {}, '/home/ada/.local/share/wirebench'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/wirebench'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/ada/.local/share/wirebench'],
    ['linux', { XDG_DATA_HOME: '/data', WIREBENCH_DATA_DIR: '/mine' }, '/mine'],
    ['linux', { WIREBENCH_DATA_DIR: '' }, '/home/ada/.local/share/wirebench'],
    ['darwin', { XDG_DATA_HOME: '/data' }, '/home/ada/Library/Application Support/Wirebench'],
    ['win32', { APPDATA: '/roaming' }, '/roaming/Wirebench'],
    ['win32', {}, '/home/ada/AppData/Roaming/Wirebench'],
  ])('on %s with %o', (platform, environment, folder) => {
    expect(dataFolderOf(null, { platform, environment, home: '/home/ada' })).toBe(folder)
  })

  test('what was asked for comes first, as a whole path', () => {
    const surroundings = { platform: 'linux', environment: { WIREBENCH_DATA_DIR: '/mine' }, home: '/home/ada' }
    expect(dataFolderOf('here', surroundings)).toBe(resolve('here'))
  })
})
