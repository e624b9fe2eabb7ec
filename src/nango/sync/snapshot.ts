import { ConnectorError } from '../../errors/index.js';
import type { NangoSync } from '../nango.js';
import { platformOf } from '../platform.js';
import { idOddityOf, logLeftOut } from './odd-items.js';
import { checkLength } from './page-size.js';
import { untilStandstill } from './standstill.js';

/** Saves a complete set of records and deletes all others; those that no record can be made of are left out. */
export async function saveSnapshot(nango: NangoSync, model: string, records: { id: string }[]): Promise<void> {
  const platform = platformOf(nango);
  const odd = records.flatMap(({ id }) => {
    const reason = idOddityOf(id);
    return reason === undefined ? [] : [{ id, reason }];
  });
  if (odd.length > 0) {
    await logLeftOut(nango, model, odd);
  }
  const usable = records.filter(({ id }) => idOddityOf(id) === undefined);
  await platform.trackDeletesStart(model);
  if (usable.length > 0) {
    await platform.save(usable, model);
  }
  await platform.trackDeletesEnd(model);
}

export interface NumberedPage<Item> {
  readonly data: readonly Item[];
  readonly pagination: { readonly totalPages: number; readonly count: number };
}

const mostTries = 5;

/**
 * Everything of a list with numbered pages. One that changes while it is read moves items between pages, so that one
 * can be missed: it is read again until it holds as many as it says, and one of several pages the same ones twice, as
 * the count stays right where one goes while another comes.
 */
export async function readWhole<Item extends { id: string }>(
  endpoint: string,
  perPage: number,
  page: (number: number) => Promise<NumberedPage<Item>>,
  now: () => number,
): Promise<Item[]> {
  const note = untilStandstill(endpoint, now);
  let before = '';
  for (let attempt = 1; attempt <= mostTries; attempt += 1) {
    const items = new Map<string, Item>();
    let count = 0;
    let goesOn = true;
    let pages = 0;
    let rows = 0;
    while (goesOn) {
      pages += 1;
      const { data, pagination } = await page(pages);
      checkLength(endpoint, data, perPage);
      count = pagination.count;
      rows += data.length;
      // A server that numbers pages without end has not the items for them.
      goesOn = pages < pagination.totalPages && data.length > 0 && rows <= count;
      const known = items.size;
      for (const item of data) {
        items.set(item.id, item);
      }
      note(!goesOn || items.size > known);
    }
    if (items.size === count) {
      const ids = [...items.keys()].join(' ');
      if (pages === 1 || ids === before) {
        return [...items.values()];
      }
      before = ids;
    }
  }
  throw new ConnectorError(
    'invalid_response',
    `${endpoint}: the list did not hold what it said, ${mostTries} times. Nothing was deleted; run the sync again.`,
    { endpoint },
  );
}
