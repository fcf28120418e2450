import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { nodeFileAccess, type OpenFile } from '../../capture/file-access.ts'
import { serveScript } from './testing/script-server.ts'
import { startCli } from './testing/test-io.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** A file on a disk that is full once so many bytes are in it. */
function withRoomFor(file: OpenFile, byteCount: number): OpenFile {
  return {
    read: (target, position) => file.read(target, position),
    size: () => file.size(),
    close: () => file.close(),
    write: (pieces, position) =>
      position < byteCount
        ? file.write(pieces, position)
        : Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })),
  }
}

it('send had no exit code on a full disk: it waited for good to see what the disk did not take', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wirebench-cli-test-'))
  vi.stubEnv('TMPDIR', folder)
  const { open } = nodeFileAccess
  vi.spyOn(nodeFileAccess, 'openDirect').mockResolvedValue(null)
  vi.spyOn(nodeFileAccess, 'open').mockImplementation(async (path, mode) => {
    const file = await open(path, mode)
    return path.endsWith('.wirebench') && mode === 'create' ? withRoomFor(file, 100_000) : file
  })
  const server = await serveScript((socket) => void socket.write(new Uint8Array(1_000_000)))
  try {
    const cli = startCli(['send', server.address, '--until-close', '--timeout', '60000', '--json'])
    expect([await cli.exitCode, cli.lines().at(-2), cli.lines().at(-1)]).toMatchObject([
      5,
      { event: 'summary', captureId: null },
      { event: 'error', code: 'disk-full' },
    ])
    expect(await readdir(folder)).toEqual([])
  } finally {
    await server.close()
    await rm(folder, { recursive: true })
  }
})
