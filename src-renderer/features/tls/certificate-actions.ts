import type { CertificateFacts } from '../../../src-main/contract/schemas/tls.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { tlsWords as words } from '../../strings/tls.ts'
import { chooseFiles, downloadText } from '../library/text-files.ts'
import { copyToClipboard } from '../traffic/traffic-actions.ts'
import { fullFingerprint } from './certificate-words.ts'
import { settingsOf, type ConnectionChange } from './change-connection.ts'
import { certificatesIn, maximumCertificateFileBytes } from '../../format/pem-certificates.ts'
import { adding, hasRoomFor } from './trust-changes.ts'

/** Saves a certificate as a file that is named after it. */
export function saveAsPem(certificate: CertificateFacts, workbench: Workbench): void {
  const fileName = `${certificate.name.replaceAll(/[^\w.-]+/g, '-').slice(0, 80) || 'certificate'}.pem`
  downloadText(fileName, certificate.pem, 'application/x-pem-file')
  workbench.toasts.show({ message: words.saved(fileName) })
}

export async function copyFingerprint(certificate: CertificateFacts, workbench: Workbench): Promise<void> {
  await workbench.attempt(async () => {
    await copyToClipboard(fullFingerprint(certificate.fingerprintSha256))
    workbench.toasts.show({ message: words.copiedFingerprint })
  })
}

export async function copyPem(certificate: CertificateFacts, workbench: Workbench): Promise<void> {
  await workbench.attempt(async () => {
    await copyToClipboard(certificate.pem)
    workbench.toasts.show({ message: words.copiedPem })
  })
}

/**
 * Lets a person choose files with certificates and answers the change that adds them. Null when none were chosen; a file that
 * holds none, or more than fit, is told.
 */
export async function chooseCertificates(
  session: SessionState,
  workbench: Workbench,
): Promise<ConnectionChange | null> {
  const refuse = (message: string): null => {
    workbench.toasts.show({ level: 'error', message })
    return null
  }
  const pems: string[] = []
  for (const file of await chooseFiles('.pem,.crt,.cer,.der,application/x-pem-file,application/pkix-cert')) {
    if (file.size > maximumCertificateFileBytes) return refuse(words.fileTooLarge(file.name))
    const found = certificatesIn(new Uint8Array(await file.arrayBuffer()))
    if (found.length === 0) return refuse(words.fileEmpty(file.name))
    pems.push(...found)
  }
  if (pems.length === 0) return null
  return hasRoomFor(settingsOf(session, workbench), pems) ? adding(pems) : refuse(words.certificateLimit)
}
