/**
 * Says of the cursors of a list, one after the other, whether they go round in a circle. It keeps two of them, not all,
 * since a list may have millions of pages: the same one again is found at once, a circle after at most three times as many
 * as it has, or as led to it (Brent's algorithm).
 */
export function cycleDetector(): (cursor: string) => boolean {
  let kept: string | undefined;
  let previous: string | undefined;
  let since = 0;
  let limit = 1;
  return (cursor) => {
    if (cursor === kept || cursor === previous) {
      return true;
    }
    previous = cursor;
    since += 1;
    if (since === limit) {
      kept = cursor;
      since = 0;
      limit *= 2;
    }
    return false;
  };
}
