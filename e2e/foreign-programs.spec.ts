import { missingProgramReason } from './peers/foreign-program.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

const host = '127.0.0.1'

function skipWithout(program: string): void {
  const reason = missingProgramReason(program)
  test.skip(reason !== null, reason ?? '')
}

test('ncat: a conversation both ways', async ({ page, peers }) => {
  skipWithout('ncat')
  const port = await peers.refusingPort()
  const ncat = await peers.program('ncat', ['-v', '-l', host, String(port)], /Listening on/)
  const window = new WorkbenchPage(page)
  await window.connectTo({ host, port })

  await window.session.composeText('who is there?', 'Ends with LF')
  await window.session.send()
  await expect.poll(() => ncat.output).toContain('who is there?\n')
  ncat.type('ncat is')
  await expect(window.session.receivedRow('ncat is')).toBeVisible()
})

test('socat: what is sent comes back', async ({ page, peers }) => {
  skipWithout('socat')
  const port = await peers.refusingPort()
  await peers.program('socat', ['-d', '-d', `TCP-LISTEN:${port},bind=${host},fork`, 'EXEC:cat'], /listening on/)
  const window = new WorkbenchPage(page)
  await window.connectTo({ host, port })

  await window.session.composeHex('00 01 7f 80 ff 0d 0a')
  await window.session.send()
  await window.session.showView('Stream')
  await expect(window.session.row('00 01 7F 80 FF 0D 0A')).toHaveCount(2)
})

test('python http.server: a request, the answer as text, and the peer closes', async ({ page, peers }) => {
  skipWithout('python3')
  const port = await peers.refusingPort()
  const folder = 'assets/profiles'
  const args = ['-u', '-m', 'http.server', String(port), '--bind', host, '--directory', folder]
  await peers.program('python3', args, /Serving HTTP on/)
  const window = new WorkbenchPage(page)
  await window.connectTo({ host, port })

  await window.session.composeText('GET / HTTP/1.0\\r\\n', 'Ends with CRLF')
  await window.session.send()
  await expect(window.session.row('Peer ended sending (FIN)')).toBeVisible()
  await window.session.showView('Text')
  await window.session.traffic.press('Home')
  await expect(window.session.receivedRow('HTTP/1.0 200 OK')).toBeVisible()
  await expect(window.session.receivedRow('Content-type: text/html')).toBeVisible()
})
