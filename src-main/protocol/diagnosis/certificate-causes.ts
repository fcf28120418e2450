import { quoted } from '../../contract/error-entries.ts'
import type { DiagnosisCause, DiagnosisRemedyAction } from '../../contract/schemas/diagnosis.ts'
import type { CauseFacts, CauseTable } from './cause-facts.ts'

type CertificateCause = Extract<DiagnosisCause, `certificate-${string}`>

const word = ({ data }: CauseFacts, name: string): string => String(data[name] ?? 'unknown')

const anyway: readonly DiagnosisRemedyAction[] = ['trust-fingerprint', 'connect-without-verification']

/** Causes in the certificate of the server. */
export const certificateCauses: CauseTable<CertificateCause> = {
  'certificate-expired': {
    title: 'Certificate expired',
    message: (facts) =>
      `The server can be reached, but its certificate has expired: ${quoted(facts.data.name)} was valid until ${word(facts, 'until')}.`,
    remedy: () =>
      'Have who runs the server renew it, and check the clock of this machine. If you know that it is the right server, trust this one certificate by its fingerprint.',
    actions: () => anyway,
  },
  'certificate-not-yet-valid': {
    title: 'Certificate not yet valid',
    message: (facts) =>
      `The server can be reached, but its certificate is not valid yet: ${quoted(facts.data.name)} begins on ${word(facts, 'from')}.`,
    remedy: () => 'Check the clock of this machine first, then that of the machine where the certificate was made.',
    actions: () => anyway,
  },
  'certificate-self-signed': {
    title: 'Self-signed certificate',
    message: (facts) =>
      `The server shows a certificate that it signed itself (${quoted(facts.data.subject)}). Nobody else vouches for it, and it is not trusted here.`,
    remedy: () =>
      'Compare its fingerprint with the one on the server; if they are the same, trust it. Devices and test servers often have such certificates.',
    actions: () => anyway,
  },
  'certificate-unknown-ca': {
    title: 'Unknown CA',
    message: (facts) =>
      `The server's certificate was signed by ${quoted(facts.data.issuer)}, which is not trusted here.`,
    remedy: (facts) =>
      facts.hasRoot
        ? 'If this is the CA of your company or laboratory, trust it; else choose its file as CA in the TLS settings.'
        : 'The server does not send the certificate of this CA: choose its file as CA in the TLS settings.',
    actions: (facts) => (facts.hasRoot ? ['trust-root', ...anyway] : ['add-missing-certificate', ...anyway]),
  },
  'certificate-missing-intermediate': {
    title: 'A link of the chain is missing',
    message: (facts) =>
      `The server sends its own certificate alone, and the certificate of ${quoted(facts.data.issuer)}, which signed it, is neither sent nor known here. It is also possible that ${quoted(facts.data.issuer)} is a CA that is not known here.`,
    remedy: (facts) =>
      `Have who runs the server install the full chain, or add the certificate of ${quoted(facts.data.issuer)} to the trusted ones.`,
    actions: () => ['add-missing-certificate', ...anyway],
  },
  'certificate-name-mismatch': {
    title: 'Certificate for another name',
    message: (facts) =>
      `The server's certificate is made for ${word(facts, 'found')}, not for ${word(facts, 'expected')}.`,
    remedy: () =>
      'Check the address. If it is the right server, set the server name to one that the certificate has, or turn the name check off.',
    actions: () => ['change-server-name', 'edit-address', ...anyway],
  },
  'certificate-changed': {
    title: 'Another certificate than before',
    message: (facts) =>
      `The server shows another certificate than the one that is trusted here; its fingerprint is ${word(facts, 'found')}. Either it was renewed, or this is another server.`,
    remedy: () => 'Ask who runs the server. If it was renewed, trust the new one.',
    actions: () => ['trust-fingerprint'],
  },
  'certificate-absent': {
    title: 'No certificate',
    message: () => 'The server showed no certificate (an anonymous cipher), so nobody can say who it is.',
    remedy: () => 'Ask who runs the server. To reach it all the same, set verification to optional.',
    actions: () => ['connect-without-verification'],
  },
  'certificate-invalid': {
    title: 'Certificate not acceptable',
    message: ({ errorMessage }) => errorMessage,
    remedy: () =>
      'Have who runs the server replace the certificate. If you know that it is the right server, trust this one certificate by its fingerprint.',
    actions: () => anyway,
  },
}
