/** Stands for `gate/plain-check.ts` here: a page makes few calls, and zod is there anyway. */
export { zodReads as readWith } from '../gate/zod-reads.js';
