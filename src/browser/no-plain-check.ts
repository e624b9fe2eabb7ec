/** Stands for `endpoints/plain-check.ts` here: a page makes few calls, and zod is there anyway. */
export { zodReads as readWith } from '../endpoints/zod-reads.js';
