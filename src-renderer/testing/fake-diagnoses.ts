import type { CommandHandlers } from '../../src-main/contract/command-handlers.ts'
import { WirebenchError } from '../../src-main/contract/errors.ts'
import type { EventHub } from '../../src-main/contract/event-hub.ts'
import type { CommandRequest } from '../../src-main/contract/commands.ts'
import type { DiagnosisReport, DiagnosisStep } from '../../src-main/contract/schemas/diagnosis.ts'
import type { ChainLink } from '../../src-main/contract/schemas/tls.ts'
import { fakeCertificate } from './fake-certificates.ts'

const remote = { address: '10.4.0.12', port: 8883, family: 'ipv4' } as const

/** Steps up to a TLS hello that went well. */
export const fakeStepsToHello: readonly DiagnosisStep[] = [
  {
    step: 'resolve',
    ok: true,
    ms: 1.8,
    detail: 'gateway.plant is 10.4.0.12 and fd00::12',
    addresses: ['10.4.0.12', 'fd00::12'],
  },
  { step: 'connect', ok: true, ms: 0.6, detail: '10.4.0.12 port 8883', remote },
  {
    step: 'tls',
    ok: true,
    ms: 3.2,
    detail: 'TLS 1.3, TLS_AES_256_GCM_SHA384; also offers 1.2',
    version: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
  },
]

/** A chain whose middle was not sent. */
export const fakeBrokenChain: readonly ChainLink[] = [
  {
    certificate: fakeCertificate('gateway.plant', 'Plant Issuing 4'),
    source: 'sent',
    name: 'gateway.plant',
    fault: null,
  },
  { certificate: null, source: 'missing', name: 'Plant Issuing 4', fault: 'certificate-missing-intermediate' },
  {
    certificate: fakeCertificate('Plant Root G2', 'Plant Root G2', { isCa: true, subjectAltNames: [] }),
    source: 'trusted',
    name: 'Plant Root G2',
    fault: null,
  },
]

/** The report of the picture: the middle of the chain is missing. */
export function fakeReport(change: Partial<DiagnosisReport> = {}): DiagnosisReport {
  return {
    ok: false,
    cause: 'certificate-missing-intermediate',
    title: 'The server does not send the certificate that links it to your CA',
    message:
      'It presented its own certificate only. Your trusted CA “Plant Root G2” did not sign it directly: “Plant Issuing 4” did, and that certificate is missing.',
    remedy: "Ask the server's owner to install the full chain, or add the missing certificate to this profile.",
    actions: ['add-missing-certificate', 'trust-fingerprint', 'connect-without-verification'],
    steps: [
      ...fakeStepsToHello,
      {
        step: 'certificate',
        ok: false,
        ms: 0.4,
        detail: 'Signed by a certificate that was not sent',
        chain: [...fakeBrokenChain],
      },
    ],
    elapsedMs: 6.1,
    takenAtUnixUs: 1_796_000_000_000_000,
    ...change,
  }
}

/** A doctor in memory, for component tests: tells the steps of its report one by one, then the report. */
export class FakeDiagnoses {
  readonly #events: EventHub
  readonly asked: CommandRequest<'diagnosis.run'>[] = []
  report: DiagnosisReport = fakeReport()
  /** So many steps are told, and then it goes on until it is cancelled. Null: it ends. */
  hangsAfterSteps: number | null = null

  constructor(events: EventHub) {
    this.#events = events
  }

  handlers() {
    return {
      'diagnosis.run': async (request, { signal }) => {
        this.asked.push(request)
        for (const step of this.report.steps.slice(0, this.hangsAfterSteps ?? undefined)) {
          this.#events.publish('diagnosis.progress', { diagnosisId: request.diagnosisId, step })
        }
        if (this.hangsAfterSteps === null) return this.report
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        throw new WirebenchError('cancelled')
      },
    } satisfies Partial<CommandHandlers>
  }
}
