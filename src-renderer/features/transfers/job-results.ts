import type { JobSnapshot } from '../../../src-main/contract/schemas/job.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
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

/** Tells what came of jobs, and takes the file of an export that this window began. Answers how to stop. */
export function tellResults(workbench: Workbench): () => void {
  return workbench.jobs.onEnded((job, isOwn) => {
    if (job.state === 'failed' && job.error !== null) {
      const { code, message } = job.error
      workbench.toasts.show({
        level: 'error',
        message: words.failedToast(words.kinds[job.kind], job.subject, message),
        code,
      })
      return
    }
    if (job.kind !== 'export' || job.result === null) return
    const { path, fileName } = job.result
    workbench.toasts.show({ message: path === null ? words.exported(job.subject) : words.exportedTo(path) })
    const address = downloadAddress(job)
    if (isOwn && address !== null && fileName !== null) download(address, fileName)
  })
}
