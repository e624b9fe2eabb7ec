/**
 * Says of the cursors of a list, one after the other, whether they go round in a circle. It keeps one of them, not all,
 * since a list may have millions of pages: a circle is found before it has been gone round three times (Brent's algorithm).
 */
export function cycleDetector(): (cursor: string) => boolean {
  let kept: string | undefined;
  let since = 0;
  let limit = 1;
  return (cursor) => {
    if (cursor === kept) {
      return true;
    }
    since += 1;
    if (since === limit) {
      kept = cursor;
      since = 0;
      limit *= 2;
    }
    return false;
  };
}
