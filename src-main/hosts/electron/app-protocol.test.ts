import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { PageFiles } from '../page-files.ts'
import { answerPageRequest } from './app-protocol.ts'

vi.mock('electron', () => import('./testing/electron-stand-in.ts'))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-app-protocol-'))
  await writeFile(join(folder, 'electron.html'), '<meta property="csp-nonce" nonce="__STYLE_NONCE__" />')
})
afterAll(() => rm(folder, { recursive: true }))

const noDownloads = { find: () => null }

const ask = async (url: string, method = 'GET'): Promise<{ status: number; text: string; policy: string | null }> => {
  const response = await answerPageRequest({ method, url }, new PageFiles(folder), noDownloads)
  return {
    status: response.status,
    text: await response.text(),
    policy: response.headers.get('content-security-policy'),
  }
}

test('answers with the page under a strict content security policy', async () => {
  const response = await answerPageRequest(
    { method: 'GET', url: 'app://workbench/electron.html' },
    new PageFiles(folder),
    noDownloads,
  )
  const text = await response.text()
  const nonce = /^<meta property="csp-nonce" nonce="([A-Za-z0-9+/]{24})" \/>$/.exec(text)?.[1] ?? 'none'
  expect(Object.fromEntries(response.headers)).toEqual({
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; font-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html`,
    'content-type': 'text/html; charset=utf-8',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
})

test.each([
  ['app://workbench/missing.html', 'GET', 404],
  ['app://workbench/%2e%2e/%2e%2e/etc/passwd', 'GET', 404],
  ['app://elsewhere/electron.html', 'GET', 404],
  ['app://workbench/electron.html', 'POST', 405],
])('refuses %s by %s with %i, under the same policy', async (url, method, status) => {
  const answer = await ask(url, method)
  expect(answer.status).toBe(status)
  expect(answer.policy).toContain("default-src 'none'")
})

test('gives a finished export out as a file to be kept, and nothing else of the disk', async () => {
  const path = join(folder, 'an-export')
  await writeFile(path, 'packets')
  const downloads = { find: (id: string) => (id === 'd1' ? { path, fileName: 'Häfen "1".pcapng' } : null) }
  const get = (id: string) =>
    answerPageRequest({ method: 'GET', url: `app://workbench/downloads/${id}` }, new PageFiles(folder), downloads)
  const response = await get('d1')
  expect([await response.text(), response.headers.get('content-disposition')]).toEqual([
    'packets',
    `attachment; filename="H_fen _1_.pcapng"; filename*=UTF-8''H%C3%A4fen%20%221%22.pcapng`,
  ])
  expect((await Promise.all([get('d2'), get('..%2Fan-export')])).map(({ status }) => status)).toEqual([404, 404])
})
