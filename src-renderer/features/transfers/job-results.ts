import type { JobResult, JobSnapshot } from '../../../src-main/contract/schemas/job.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { captureCheckWords } from '../../strings/all-captures.ts'
import { importWords } from '../../strings/imports.ts'
import { jobWords as words } from '../../strings/transfers.ts'

/** Where this host gives the file of a finished export out; null when there is none to take. */
export function downloadAddress(job: JobSnapshot): string | null {
  const downloadId = job.result?.downloadId ?? null
  return downloadId === null ? null : `/downloads/${downloadId}`
}

/** Lets the browser take a file as a download. */
function download(address: string, fileName: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  document.body.append(link)
  link.click()
  link.remove()
}

/** What the messages about jobs are about: the list of jobs tells the same. */
const aboutJobs = 'jobs'

/** Takes the messages about jobs away, where the list of jobs is seen. */
export function settleResults(workbench: Workbench): void {
  workbench.toasts.settle(aboutJobs)
}

/**
 * Tells what came of jobs, unless the list of them is seen, which `showList` brings into sight, and takes the file of an export
 * that this window began. Answers how to stop.
 */
export function tellResults(workbench: Workbench, isListSeen: () => boolean, showList: () => void): () => void {
  return workbench.jobs.onEnded((job, isOwn) => {
    if (job.state === 'failed' && job.error !== null && !isListSeen()) {
      const { code, message } = job.error
      const told = words.failedToast(words.kinds[job.kind], job.subject, message)
      workbench.toasts.show({ level: 'error', message: told, code, about: aboutJobs })
    }
    if (job.result === null) return
    if (job.kind === 'import' && isOwn) tellImport(workbench, job.subject, job.result)
    if (job.kind === 'check' && isOwn && !isListSeen()) tellCheck(workbench, job.subject, job.result, showList)
    if (job.kind !== 'export') return
    const { path, fileName } = job.result
    const told = path === null ? words.exported(job.subject) : words.exportedTo(path)
    if (!isListSeen()) workbench.toasts.show({ message: told, about: aboutJobs })
    const address = downloadAddress(job)
    if (isOwn && address !== null && fileName !== null) download(address, fileName)
  })
}

/** Opens what was imported; among several the person chooses. */
function tellImport(workbench: Workbench, subject: string, { captureIds, isWhole }: JobResult): void {
  const [captureId] = captureIds
  if (captureId === undefined) return
  const isLast = !workbench.jobs.running.some(({ kind }) => kind === 'import')
  if (isLast) void workbench.openCapture(captureId)
  workbench.toasts.show({ message: isWhole ? importWords.done(subject) : importWords.partial(subject) })
}

/** Tells whether a capture is whole; what is wrong with it stands in the list of jobs. */
function tellCheck(workbench: Workbench, subject: string, { isWhole, notes }: JobResult, showList: () => void): void {
  const words = captureCheckWords
  if (isWhole) workbench.toasts.show({ message: words.wholeToast(subject), about: aboutJobs })
  else {
    workbench.toasts.show({
      level: 'warning',
      message: words.wrongToast(subject, notes.length),
      about: aboutJobs,
      action: { label: words.showWrong, run: showList },
    })
  }
}
